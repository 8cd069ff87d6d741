/**
 * The rows of a workload's table, from its rounds.
 *
 * @module
 */
import type { ClientEntry, Role } from "../clients/catalogue.ts";
import type { Outcome } from "../run/contest.ts";
import type { Round } from "../workloads/round.ts";
import { median, type Spread, spread } from "./statistics.ts";

/** A client at a workload. */
export interface Row {
  readonly client: string;
  readonly role: Role;
  /** Commands per second. */
  readonly operations: Spread;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly cpuMicrosPerOperation: number | null;
  readonly peakMemoryBytes: number | null;
  /** Commands per second over those of the best peer. */
  readonly toBestPeer: number | null;
  /** Commands per second over those of the bare socket. */
  readonly toRaw: number | null;
}

/** A client that could not be measured, and why. */
export interface Absence {
  readonly client: string;
  readonly role: Role;
  readonly notRun: string;
}

/** Rows in the order of the outcomes. */
export function summarize(
  outcomes: readonly Outcome[],
  entries: readonly ClientEntry[],
): (Row | Absence)[] {
  const roleOf = (client: string): Role =>
    entries.find(({ name }) => name === client)?.role ?? "other";
  const rate = (outcome: Outcome): number =>
    "rounds" in outcome ? rates(outcome.rounds).median : 0;
  const of = (role: Role): number[] =>
    outcomes.filter(({ client }) => roleOf(client) === role).map(rate);
  const bestPeer = Math.max(0, ...of("peer"));
  const raw = Math.max(0, ...of("raw"));
  return outcomes.map((outcome) => {
    const role = roleOf(outcome.client);
    if ("notRun" in outcome) {
      return { client: outcome.client, role, notRun: outcome.notRun };
    }
    return {
      client: outcome.client,
      role,
      ...summarizeRounds(outcome.rounds, bestPeer, raw),
    };
  });
}

function summarizeRounds(
  rounds: readonly Round[],
  bestPeer: number,
  raw: number,
): Omit<Row, "client" | "role"> {
  const operations = rates(rounds);
  return {
    operations,
    p50: median(rounds.map(({ p50 }) => p50)),
    p95: median(rounds.map(({ p95 }) => p95)),
    p99: median(rounds.map(({ p99 }) => p99)),
    cpuMicrosPerOperation: cpuPerOperation(rounds),
    peakMemoryBytes: peakMemory(rounds),
    toBestPeer: bestPeer > 0 ? operations.median / bestPeer : null,
    toRaw: raw > 0 ? operations.median / raw : null,
  };
}

function rates(rounds: readonly Round[]): Spread {
  return spread(
    rounds.map(({ operations, elapsedMs }) => operations / elapsedMs * 1000),
  );
}

function cpuPerOperation(rounds: readonly Round[]): number | null {
  const known = rounds.flatMap(({ cpuMs, operations }) =>
    cpuMs === null ? [] : [cpuMs * 1000 / operations]
  );
  return known.length > 0 ? median(known) : null;
}

function peakMemory(rounds: readonly Round[]): number | null {
  const known = rounds.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
  return known.length > 0 ? Math.max(...known) : null;
}
