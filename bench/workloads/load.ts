/**
 * A closed loop: callers that each make one call after the other until the time is over.
 *
 * @module
 */
import process from "node:process";
import { Samples } from "../demo/samples.ts";
import type { Round } from "./round.ts";

/** With more callers than this, only some calls are timed: reading the clock would weigh on the fastest client most. */
const timesEachUpTo = 10;
/** One call in so many is timed then. Callers begin at different places, so that no beat goes unseen. */
const timedEvery = 16;

/** Counts what callers do. */
export class Load {
  /** Calls that were answered. */
  calls = 0;
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
  return {
    cpuMs: (user + system) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/**
 * Runs `work` for some seconds and says what it came to.
 *
 * @param work Resolves once it has seen `running` turn false and its last answer is there.
 * @param batch Commands in one call.
 */
export async function measure(
  seconds: number,
  batch: number,
  work: (load: Load) => Promise<void>,
): Promise<Round> {
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
  const after = usage();
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) =>
    load.samples.percentile(share)
  ) as [number, number, number];
  return {
    ...{ operations: load.calls * batch, elapsedMs, p50, p95, p99 },
    ...{
      cpuMs: after.cpuMs - before.cpuMs,
      peakMemoryBytes: after.peakMemoryBytes,
    },
  };
}

/** Lets `callers` callers repeat `call`. */
export function repeat(
  call: () => Promise<unknown>,
  callers: number,
): (load: Load) => Promise<void> {
  const every = callers <= timesEachUpTo ? 1 : timedEvery;
  return async (load) => {
    await Promise.all(
      Array.from(
        { length: callers },
        (_, n) => caller(call, load, every, n % every),
      ),
    );
  };
}

async function caller(
  call: () => Promise<unknown>,
  load: Load,
  every: number,
  phase: number,
): Promise<void> {
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
