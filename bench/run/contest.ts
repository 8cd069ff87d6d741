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

/** Compilers are at work for a second or two, longest where one call waits for the other: long rounds wait for them. */
export const warmUpRounds = 4;
/** With 0.2 seconds the short rounds of `--full` measured compilers. */
const leastWarmUp = 0.6;

/** Runs a workload: a few rounds' time each to warm up, then the rounds that count. */
export async function contest(
  commands: ReadonlyMap<string, readonly string[]>,
  { rounds, seconds, onRound }: Rounds,
): Promise<Outcome<Round>[]> {
  const contestants = Array.from(
    commands,
    ([client, command]) => new Contestant<Round>(client, command),
  );
  try {
    for (const one of contestants) {
      onRound(one.client);
      await one.start();
      await one.warmUp({
        seconds: Math.max(warmUpRounds * seconds, leastWarmUp),
      });
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
