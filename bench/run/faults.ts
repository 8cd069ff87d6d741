/**
 * A server that goes away and comes back, seen by all clients at once.
 *
 * ```txt
 *   0 s ─────────── 1 s ──────────────── 1 s + away ─────────── + 5 s
 *   callers begin   killed or stopped    started or continued   the watch is over
 * ```
 *
 * @module
 */
import type { BenchServer } from "../servers/server.ts";
import { type FaultName, type FaultResult, type FaultRound, faultWorkloads, judge } from "../workloads/fault.ts";
import { Contestant } from "./contestant.ts";
import { pinServer } from "./pinning.ts";
import type { Outcome } from "./protocol.ts";

const beforeMs = 1000;
const afterMs = 5000;

/** Runs a fault once, on a server of its own. */
export async function contestFault(
  fault: FaultName,
  server: BenchServer,
  commands: ReadonlyMap<string, readonly string[]>,
  onClient: (client: string) => void,
): Promise<Outcome<FaultResult>[]> {
  const contestants = Array.from(commands, ([client, command]) => new Contestant<FaultRound>(client, command));
  try {
    for (const one of contestants) {
      onClient(one.client);
      await one.start();
    }
    const { awayMs } = faultWorkloads.find(({ name }) => name === fault)!;
    const seconds = (beforeMs + awayMs + afterMs) / 1000;
    const watches = Promise.all(contestants.map((one) => one.run({ seconds })));
    const [lostAt, backAt] = await breakServer(fault, awayMs, server);
    await watches;
    return contestants.map((one) => {
      const outcome = one.outcome();
      if (!("results" in outcome)) return outcome;
      return { ...outcome, results: outcome.results.map((round) => judge(round, lostAt, backAt)) };
    });
  } finally {
    for (const one of contestants) one.stop();
  }
}

async function breakServer(
  fault: FaultName,
  awayMs: number,
  { own }: BenchServer,
): Promise<[lostAt: number, backAt: number]> {
  if (own === undefined) {
    throw new Error("only a server of our own may be broken");
  }
  await sleep(beforeMs);
  const lostAt = now();
  if (fault === "restart") await own.stop();
  else own.kill("SIGSTOP");
  await sleep(awayMs);
  const backAt = now();
  if (fault === "restart") await own.restart();
  else own.kill("SIGCONT");
  pinServer(own.pid);
  return [lostAt, backAt];
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
