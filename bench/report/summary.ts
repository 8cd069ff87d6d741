/**
 * From what the workers said to the rows of a table.
 *
 * @module
 */
import { clientNamed, type Role } from "../clients/catalogue.ts";
import type { Outcome } from "../run/protocol.ts";
import type { FaultResult } from "../workloads/fault.ts";
import type { MemoryResult } from "../workloads/memory.ts";
import type { Round } from "../workloads/round.ts";
import type { Startup } from "../workloads/startup.ts";
import type { FaultRow, LoadRow, MemoryRow, Place, StartupRow, Table } from "./report.ts";
import { median, type Spread, spread } from "./statistics.ts";

interface Measured<T> {
  readonly client: string;
  readonly version: string;
  readonly results: readonly T[];
}

function tableOf<T, R>(place: Place, outcomes: readonly Outcome<T>[], toRow: (measured: Measured<T>) => R): Table<R> {
  return {
    ...place,
    rows: outcomes.flatMap((one) => "results" in one ? [toRow(one)] : []),
    notRun: outcomes.flatMap((one) => "notRun" in one ? [{ client: one.client, reason: one.notRun }] : []),
    notApplicable: outcomes.flatMap((one) => "notApplicable" in one ? [one.client] : []),
  };
}

/** A table of clients under load. */
export function loadTable(place: Place, outcomes: readonly Outcome<Round>[]): Table<LoadRow> {
  const bestRate = (role: Role) =>
    Math.max(
      ...outcomes.map((one) =>
        "results" in one && clientNamed(one.client).role === role ? rateOf(one.results).median : 0
      ),
    );
  const [bestPeer, raw] = [bestRate("peer"), bestRate("raw")];
  return tableOf(place, outcomes, ({ client, version, results }) => {
    const rate = rateOf(results);
    return {
      client,
      version,
      rate,
      p50: median(results.map(({ p50 }) => p50)),
      p95: median(results.map(({ p95 }) => p95)),
      p99: median(results.map(({ p99 }) => p99)),
      cpuMicros: medianKnown(results.map(({ cpuMs, operations }) => cpuMs === null ? null : cpuMs * 1000 / operations)),
      peakMemoryBytes: greatestKnown(results.map(({ peakMemoryBytes }) => peakMemoryBytes)),
      toBestPeer: bestPeer > 0 ? rate.median / bestPeer : null,
      toRaw: raw > 0 ? rate.median / raw : null,
      alongside: medianKnown(
        results.map(({ alongside, elapsedMs }) => alongside === undefined ? null : alongside / elapsedMs * 1000),
      ),
    };
  });
}

function rateOf(rounds: readonly Round[]): Spread {
  return spread(rounds.map(({ operations, elapsedMs }) => operations / elapsedMs * 1000));
}

function known(values: readonly (number | null)[]): number[] {
  return values.flatMap((value) => value ?? []);
}

function medianKnown(values: readonly (number | null)[]): number | null {
  return known(values).length > 0 ? median(known(values)) : null;
}

function greatestKnown(values: readonly (number | null)[]): number | null {
  return known(values).length > 0 ? Math.max(...known(values)) : null;
}

/** A table of clients in fresh processes. */
export function startupTable(place: Place, outcomes: readonly Outcome<Startup>[]): Table<StartupRow> {
  return tableOf(
    place,
    outcomes,
    ({ client, version, results }) => ({
      client,
      version,
      firstReplyMs: spread(results.map(({ firstReplyMs }) => firstReplyMs)),
      peakMemoryBytes: Math.max(...results.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    }),
  );
}

/** What follows the name of a client whose time limits are set. */
export const tunedSuffix = " (tuned)";

/** A table of clients that lost their server. */
export function faultTable(place: Place, outcomes: readonly Outcome<FaultResult>[]): Table<FaultRow> {
  return tableOf(
    place,
    outcomes,
    ({ client, version, results }) => ({
      client: client.replace(tunedSuffix, ""),
      version,
      tuned: client.endsWith(tunedSuffix),
      ...results[0]!,
    }),
  );
}

/** A table of clients on the scales. */
export function memoryTable(place: Place, outcomes: readonly Outcome<MemoryResult>[]): Table<MemoryRow> {
  return tableOf(place, outcomes, ({ client, version, results }) => {
    const resident = known(results.map(({ residentBytes }) => residentBytes));
    return {
      client,
      version,
      heapBytes: spread(results.map(({ heapBytes }) => heapBytes)),
      residentBytes: resident.length > 0 ? spread(resident) : null,
    };
  });
}
