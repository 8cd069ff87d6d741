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
import type { RuntimeProgram } from "./programs.ts";
import type { Task } from "./protocol.ts";
import { WorkerProcess } from "./worker_process.ts";

/** What became of one client. */
export type Outcome =
  | { readonly client: string; readonly rounds: readonly Round[] }
  | { readonly client: string; readonly notRun: string };

/** How a workload is run. */
export interface ContestSettings {
  readonly runtime: RuntimeProgram;
  readonly workload: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly rounds: number;
  readonly seconds: number;
  /** Called before each round, warm-up rounds included. */
  readonly onRound: (client: string) => void;
}

interface Contestant {
  readonly client: string;
  worker: WorkerProcess | undefined;
  rounds: Round[];
  notRun: string | undefined;
}

/** Runs a workload: one round each to warm up, then the rounds that count. */
export async function contest(
  names: readonly string[],
  settings: ContestSettings,
): Promise<Outcome[]> {
  const contestants = names.map((client): Contestant => ({
    client,
    worker: undefined,
    rounds: [],
    notRun: undefined,
  }));
  try {
    for (let round = 0; round <= settings.rounds; round++) {
      for (const one of contestants) await turn(one, settings, round === 0);
    }
  } finally {
    for (const { worker } of contestants) worker?.stop();
  }
  return contestants.map(({ client, rounds, notRun }) =>
    notRun === undefined ? { client, rounds } : { client, notRun }
  );
}

async function turn(
  one: Contestant,
  settings: ContestSettings,
  isWarmUp: boolean,
): Promise<void> {
  const { runtime, workload, server: { host, port }, seconds, onRound } =
    settings;
  onRound(one.client);
  if (one.notRun !== undefined) return;
  try {
    const task: Task = { client: one.client, workload, host, port };
    one.worker ??= await WorkerProcess.start(runtime, task);
    const round = await one.worker.round(isWarmUp ? seconds / 2 : seconds);
    if (!isWarmUp) one.rounds.push(round);
  } catch (error) {
    one.notRun = error instanceof Error ? error.message : String(error);
  }
}
