/**
 * The results of a run, as they are written to a file.
 *
 * @module
 */
import type { FaultResult } from "../workloads/fault.ts";
import type { Spread } from "./statistics.ts";

/** What was measured, on what. */
export interface Place {
  readonly server: string;
  readonly runtime: string;
  readonly workload: string;
}

/** All clients at one workload. */
export interface Table<R> extends Place {
  readonly rows: readonly R[];
  /** Clients that could not be measured, and why. */
  readonly notRun: readonly {
    readonly client: string;
    readonly reason: string;
  }[];
  /** Clients that have nothing that the workload asks for. */
  readonly notApplicable: readonly string[];
}

/** A client under load: medians over the rounds. */
export interface LoadRow {
  readonly client: string;
  readonly version: string;
  /** Operations per second. */
  readonly rate: Spread;
  /** Milliseconds of a call. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Microseconds of processor time per operation. */
  readonly cpuMicros: number | null;
  readonly peakMemoryBytes: number | null;
  /** Rate over that of the best peer. */
  readonly toBestPeer: number | null;
  /** Rate over that of the bare socket. */
  readonly toRaw: number | null;
  /** Values of 5 MB per second, fetched alongside. */
  readonly alongside: number | null;
}

/** A client in a fresh process. */
export interface StartupRow {
  readonly client: string;
  readonly version: string;
  readonly firstReplyMs: Spread;
  readonly peakMemoryBytes: number;
}

/** A client that lost its server. */
export interface FaultRow extends FaultResult {
  readonly client: string;
  readonly version: string;
  readonly tuned: boolean;
}

/** A client on the scales. */
export interface MemoryRow {
  readonly client: string;
  readonly version: string;
  readonly heapBytes: Spread;
  readonly residentBytes: Spread | null;
}

/** Where a run took place. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Whether server and clients each had a core to themselves. */
  readonly isPinned: boolean;
  /** How many processes wanted to run in the minute before. */
  readonly load: number;
}

/** A table and what kind it is. */
export type AnyTable =
  | { readonly family: "load"; readonly table: Table<LoadRow> }
  | { readonly family: "startup"; readonly table: Table<StartupRow> }
  | { readonly family: "fault"; readonly table: Table<FaultRow> }
  | { readonly family: "memory"; readonly table: Table<MemoryRow> };

/** Everything. */
export interface Report {
  /** Such as `2026-01-31`. */
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly tables: readonly AnyTable[];
  /** Servers, runtimes and workloads that were to be measured and could not be. */
  readonly notRun: readonly NotRun[];
  /** What was measured at another pace, in a run that was put together with this one. */
  readonly otherPaces?: readonly Pace[];
}

/** How a part of the tables was measured. */
export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly runtime: string;
  readonly workloads: readonly string[];
}

/** Something that was not measured, and why. */
export interface NotRun {
  readonly what: string;
  readonly reason: string;
}

/** A report of which nothing is measured yet. */
export function emptyReport(machine: Machine, { rounds, seconds }: { rounds: number; seconds: number }): Report {
  return { date: new Date().toISOString().slice(0, 10), machine, rounds, seconds, tables: [], notRun: [] };
}

/** The same report with one more table; one of the same place goes. */
export function addTable(report: Report, added: AnyTable): Report {
  const isOther = ({ table: { server, runtime, workload } }: AnyTable) =>
    server !== added.table.server || runtime !== added.table.runtime || workload !== added.table.workload;
  return { ...report, tables: [...report.tables.filter(isOther), added] };
}

/** The same report with something that could not be measured. */
export function addNotRun(report: Report, what: string, reason: string): Report {
  return { ...report, notRun: [...report.notRun.filter((one) => one.what !== what), { what, reason }] };
}
