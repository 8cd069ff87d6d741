/**
 * One workload: all clients by turns.
 *
 * ```txt
 *   respool  raw  ioredis … │ respool  raw  ioredis … │ …
 *        round 1            │       round 2           │
 * ```
 *
 * Each client has a process of its own, which lives through all rounds of the workload: no client runs on what another
 * one made of the runtime's compiler and heap, and whatever else the machine does hits all of them.
 *
 * @module
 */
import type { Round } from "../workloads/round.ts";
import { Contestant } from "./contestant.ts";
import type { Outcome } from "./protocol.ts";

/** How often, how long, and who hears of it. */
export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  /** Called before each round, the one to warm up included. */
  readonly onRound: (client: string) => void;
}

/** Compilers are at work for most of the first second; with 0.2 the short rounds of `--full` measured them. */
const leastWarmUp = 0.6;

/** Runs a workload: half a round each to warm up, then the rounds that count. */
export async function contest(
  commands: ReadonlyMap<string, readonly string[]>,
  { rounds, seconds, onRound }: Rounds,
): Promise<Outcome<Round>[]> {
  const contestants = Array.from(commands, ([client, command]) => new Contestant<Round>(client, command));
  try {
    for (const one of contestants) {
      onRound(one.client);
      await one.start();
      await one.warmUp({ seconds: Math.max(seconds / 2, leastWarmUp) });
    }
    for (let round = 0; round < rounds; round++) {
      for (const one of contestants) {
        onRound(one.client);
        await one.run({ seconds });
      }
    }
  } finally {
    for (const one of contestants) one.stop();
  }
  return contestants.map((one) => one.outcome());
}
