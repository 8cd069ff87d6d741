/**
 * What callers see while the server is away.
 *
 * @module
 */
import type { Client } from "../clients/client.ts";
import { data } from "./data.ts";

/** A fault. */
export type FaultName = "restart" | "frozen-server";

/** The faults. */
export const faultWorkloads: readonly {
  readonly name: FaultName;
  readonly title: string;
  readonly awayMs: number;
}[] = [{ name: "restart", title: "the server is killed, and started again 2 seconds later", awayMs: 2000 }, {
  name: "frozen-server",
  title: "the server is stopped (SIGSTOP), and continued 8 seconds later",
  awayMs: 8000,
}];

/** Callers of each client. */
export const faultCallers = 10;
/** A caller rests after each call, so that the clients can be watched all at once and none can busy itself with errors. */
const restMs = 20;

/** What the callers of one client saw; instants are milliseconds since 1970. */
export interface FaultRound {
  /** When a call failed. */
  readonly failures: readonly number[];
  /** When a call succeeded. */
  readonly successes: readonly number[];
  /** The longest call that ended. */
  readonly longestMs: number;
  /** Calls that had not ended when the watch was over, one of them per caller at most. */
  readonly unsettled: number;
  /** What a failure said, of the first one. */
  readonly error: string | null;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Lets callers get, rest and get again for so long, whatever happens. */
export async function watch({ get }: Client, seconds: number): Promise<FaultRound> {
  const { key } = data["9 B"];
  const failures: number[] = [];
  const successes: number[] = [];
  let [unsettled, longestMs] = [0, 0];
  let error: string | null = null;
  const endAt = now() + seconds * 1000;
  const caller = async () => {
    for (let startedAt = now(); startedAt < endAt; startedAt = now()) {
      unsettled++;
      try {
        await get!(key);
        successes.push(now());
      } catch (failure) {
        failures.push(now());
        error ??= describe(failure);
      }
      unsettled--;
      longestMs = Math.max(longestMs, now() - startedAt);
      await rest();
    }
  };
  for (let n = 0; n < faultCallers; n++) caller();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return { failures, successes, longestMs, unsettled, error };
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, restMs));
}

/** Its code, else its class, else its message if the class says nothing. */
function describe(failure: unknown): string {
  const { code, message, constructor } = failure as { code?: string; message?: string; constructor: { name: string } };
  if (code !== undefined) return code;
  return constructor.name === "Error" ? String(message).slice(0, 40) : constructor.name;
}

/** What one client made of a fault; times in milliseconds. */
export interface FaultResult {
  readonly calls: number;
  readonly failed: number;
  /** From the loss of the server to the first failed call; `null` when none failed. */
  readonly firstErrorMs: number | null;
  /** From when the server was started again or continued to the first call that succeeded; `null` when none did. */
  readonly recoveryMs: number | null;
  readonly longestMs: number;
  readonly unsettled: number;
  readonly error: string | null;
}

/** What a round means, given when the server was lost and when it was back. */
export function judge(round: FaultRound, lostAt: number, backAt: number): FaultResult {
  const { failures, successes, longestMs, unsettled, error } = round;
  const firstError = failures.find((at) => at >= lostAt);
  const recovery = successes.find((at) => at >= backAt);
  return {
    calls: failures.length + successes.length + unsettled,
    failed: failures.length,
    firstErrorMs: firstError === undefined ? null : firstError - lostAt,
    recoveryMs: recovery === undefined ? null : recovery - backAt,
    longestMs,
    unsettled,
    error,
  };
}
