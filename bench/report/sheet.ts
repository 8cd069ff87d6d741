/**
 * Tables as text in cells, the same for the terminal, Markdown and the page.
 *
 * @module
 */
import { table } from "../demo/table.ts";
import { memoryWorkloads } from "../workloads/memory.ts";
import { fixed, megabytes, milliseconds, range, rate, three, unknown } from "./format.ts";
import type { AnyTable, FaultRow, LoadRow, MemoryRow, StartupRow, Table } from "./report.ts";

/** Cells, and what has to be said below them. */
export interface Sheet {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

function layOut<R>(table: Table<R>, head: readonly string[], cells: (row: R) => readonly string[]): Sheet {
  const { rows, notRun, notApplicable } = table;
  return {
    head,
    rows: rows.map(cells),
    notes: [
      ...notRun.map(({ client, reason }) => `${client}: not run, ${reason}`),
      ...notApplicable.length > 0 ? [`does not apply: ${notApplicable.join(", ")}`] : [],
    ],
  };
}

/** Lays out a table of any kind. */
export function sheetOf(any: AnyTable): Sheet {
  switch (any.family) {
    case "load":
      return loadSheet(any.table);
    case "startup":
      return startupSheet(any.table);
    case "fault":
      return faultSheet(any.table);
    case "memory":
      return memorySheet(any.table);
  }
}

/** Clients under load. */
function loadSheet(table: Table<LoadRow>): Sheet {
  const hasAlongside = table.rows.some(({ alongside }) => alongside !== null);
  const head = ["", "ops/s", "(min–max)", "p50 ms", "p95 ms", "p99 ms", "CPU µs/op", "peak MB", "× best peer", "× raw"];
  return layOut(
    table,
    hasAlongside ? [...head, "5 MB/s"] : head,
    (
      row,
    ) => [
      row.client,
      rate(row.rate.median),
      range(row.rate, rate),
      ...[row.p50, row.p95, row.p99, row.cpuMicros].map(three),
      megabytes(row.peakMemoryBytes),
      fixed(row.toBestPeer, 2),
      fixed(row.toRaw, 2),
      ...hasAlongside ? [fixed(row.alongside, 1)] : [],
    ],
  );
}

/** Clients in fresh processes. */
function startupSheet(table: Table<StartupRow>): Sheet {
  return layOut(
    table,
    ["", "first reply ms", "(min–max)", "peak MB"],
    (
      row,
    ) => [row.client, three(row.firstReplyMs.median), range(row.firstReplyMs, three), megabytes(row.peakMemoryBytes)],
  );
}

/** Clients that lost their server. */
function faultSheet(table: Table<FaultRow>): Sheet {
  const head = ["", "options", "calls", "failed", "first error", "recovery", "longest call", "never ended", "error"];
  return layOut(
    table,
    head,
    (
      row,
    ) => [
      row.client,
      row.tuned ? "tuned" : "defaults",
      String(row.calls),
      String(row.failed),
      milliseconds(row.firstErrorMs, "none"),
      milliseconds(row.recoveryMs, "never"),
      milliseconds(row.longestMs, unknown),
      String(row.unsettled),
      row.error ?? unknown,
    ],
  );
}

/** Clients on the scales. */
function memorySheet(table: Table<MemoryRow>): Sheet {
  const { of } = memoryWorkloads.find(({ name }) => name === table.workload)!;
  return layOut(
    table,
    ["", `heap bytes per ${of}`, "(min–max)", `process bytes per ${of}`],
    (
      row,
    ) => [
      row.client,
      three(row.heapBytes.median),
      range(row.heapBytes, three),
      row.residentBytes === null ? unknown : three(row.residentBytes.median),
    ],
  );
}

/** For a terminal. */
export function toText({ head, rows, notes }: Sheet): string {
  return [...rows.length > 0 ? [table([head, ...rows])] : [], ...notes].join("\n");
}

/** For Markdown: the first column to the left, the others to the right. */
export function toMarkdown({ head, rows, notes }: Sheet): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, column) => column === 0 ? "---" : "--:"));
  return [line(head), rule, ...rows.map(line), ...notes.map((note) => `\n${note}`)].join("\n");
}
