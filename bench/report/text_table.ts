/**
 * The table of a workload for a terminal.
 *
 * @module
 */
import { grouped, table } from "../demo/table.ts";
import type { Absence, Row } from "./summary.ts";

const head = [
  "",
  "ops/s",
  "(min–max)",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "CPU µs/op",
  "peak MB",
  "× best peer",
  "× raw",
];

/** Lays out the rows of one workload. */
export function textTable(rows: readonly (Row | Absence)[]): string {
  const run = rows.flatMap((row) => "notRun" in row ? [] : [cells(row)]);
  const notRun = rows.flatMap((row) =>
    "notRun" in row ? [`${row.client}  not run: ${row.notRun}`] : []
  );
  return [table([head, ...run]), ...notRun].join("\n");
}

function cells(row: Row): string[] {
  const { median, least, greatest } = row.operations;
  return [
    ...[
      row.client,
      grouped(median),
      `(${grouped(least)}–${grouped(greatest)})`,
    ],
    ...[row.p50, row.p95, row.p99].map((ms) => ms.toFixed(3)),
    fixed(row.cpuMicrosPerOperation, 2),
    fixed(row.peakMemoryBytes === null ? null : row.peakMemoryBytes / 1e6, 0),
    fixed(row.toBestPeer, 2),
    fixed(row.toRaw, 2),
  ];
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}
