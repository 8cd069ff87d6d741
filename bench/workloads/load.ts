/**
 * A closed loop: callers that each make one call after the other until the time is over.
 *
 * @module
 */
import process from "node:process";
import { Samples } from "../demo/samples.ts";
import type { Round } from "./round.ts";

/** With more callers than this only some calls are timed: reading the clock would weigh on the fastest client most. */
const timesEachUpTo = 10;
/** One call in so many is timed then. */
const timedEvery = 16;

/** Of how many calls one is timed. */
export function samplingOf(callers: number): number {
  return callers <= timesEachUpTo ? 1 : timedEvery;
}

/** What callers do, and until when. */
export class Load {
  /** Calls that were answered. */
  calls = 0;
  /** Values of 5 MB fetched by the caller beside them. */
  alongside = 0;
  /** Times of calls. */
  readonly samples: Samples = new Samples();
  /** Turns false when the time is over. */
  running = true;
}

/** What the process used since it began. */
interface Usage {
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
}

/**
 * Runs `work` for some seconds and says what it came to.
 *
 * @param batch Operations in one call.
 * @param work Resolves once it has seen `running` turn false and its last answer is there.
 */
export async function measure(seconds: number, batch: number, work: (load: Load) => Promise<void>): Promise<Round> {
  const load = new Load();
  const before = usage();
  const timer = setTimeout(() => load.running = false, seconds * 1000);
  const startedAt = performance.now();
  try {
    await work(load);
  } finally {
    // When one caller failed the others stop, too.
    load.running = false;
    clearTimeout(timer);
  }
  const elapsedMs = performance.now() - startedAt;
  return describe(load, batch, elapsedMs, before, usage());
}

function describe(load: Load, batch: number, elapsedMs: number, before: Usage, after: Usage): Round {
  const percentile = (share: number) => load.samples.percentile(share);
  return {
    operations: load.calls * batch,
    elapsedMs,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    cpuMs: after.cpuMs - before.cpuMs,
    peakMemoryBytes: after.peakMemoryBytes,
    ...load.alongside > 0 ? { alongside: load.alongside } : {},
  };
}

/** Lets `callers` callers repeat `call`; each begins to time at another call, so that no beat goes unseen. */
export async function repeat(call: () => Promise<unknown>, callers: number, load: Load): Promise<void> {
  const every = samplingOf(callers);
  await Promise.all(Array.from({ length: callers }, (_, n) => caller(call, load, every, n % every)));
}

async function caller(call: () => Promise<unknown>, load: Load, every: number, phase: number): Promise<void> {
  let untilTimed = phase;
  while (load.running) {
    if (untilTimed-- > 0) {
      await call();
    } else {
      untilTimed = every - 1;
      const before = performance.now();
      await call();
      load.samples.add(performance.now() - before);
    }
    load.calls++;
  }
}
