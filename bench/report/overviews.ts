/**
 * Sheets over many tables: one column per workload, or per runtime.
 *
 * @module
 */
import { clients } from "../clients/catalogue.ts";
import { data } from "../workloads/data.ts";
import { memoryWorkloads } from "../workloads/memory.ts";
import { type Workload, workloadNamed, workloads } from "../workloads/workload.ts";
import { grouped } from "../demo/table.ts";
import { fixed, rate, three, unknown } from "./format.ts";
import type { Lookup } from "./lookup.ts";
import type { LoadRow, MemoryRow } from "./report.ts";
import type { Sheet } from "./sheet.ts";

/** Workloads that are shown side by side. */
export const workloadGroups: readonly { readonly title: string; readonly workloads: readonly string[] }[] = [
  {
    title: "Small commands",
    workloads: ["sequential", "concurrent-10", "concurrent-50", "concurrent-1000", "pipeline-50", "pipeline-100"],
  },
  { title: "Leases", workloads: ["lease-50", "acquire-release", "acquire-release-1000"] },
  {
    title: "Long values",
    workloads: ["mixed-sizes", "get-1mb", "get-1mb-searched", "get-1mb-bytes", "set-1mb", "lrange-100k"],
  },
];

/** Clients in rows, something in columns; rows and columns without a cell are left out. */
function pivot<C>(
  columns: readonly C[],
  title: (column: C) => string,
  cell: (client: string, column: C) => string | undefined,
): Sheet {
  const filled = columns.filter((column) => clients.some(({ name }) => cell(name, column) !== undefined));
  const rows = clients.map(({ name }) => [name, ...filled.map((column) => cell(name, column))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== undefined));
  return { head: ["", ...filled.map(title)], rows: rows.map((row) => row.map((cell) => cell ?? unknown)), notes: [] };
}

/** One figure of each client at some workloads. */
export function workloadSheet(
  lookup: Lookup,
  runtime: string,
  names: readonly string[],
  figure: (row: LoadRow) => string,
): Sheet {
  return pivot(
    names,
    (name) => name,
    (client, workload) => lookup.text(["load", runtime, workload], client, figure),
  );
}

/** respool's rate over those of the best peer and of the bare socket. */
export function ratioSheet(lookup: Lookup): Sheet {
  const { runtimes } = lookup;
  const names = workloads.filter(({ group }) => group === "main").map(({ name }) => name)
    .filter((name) => runtimes.some((runtime) => lookup.row("load", runtime, name, "respool")));
  const cells = (name: string, pick: (row: LoadRow) => number | null) =>
    runtimes.map((runtime) => {
      const row = lookup.row("load", runtime, name, "respool");
      return row ? fixed(pick(row), 2) : unknown;
    });
  return {
    head: [
      "",
      ...runtimes.map((runtime) => `× best peer, ${runtime}`),
      ...runtimes.map((runtime) => `× raw, ${runtime}`),
    ],
    rows: names.map((name) => [name, ...cells(name, (row) => row.toBestPeer), ...cells(name, (row) => row.toRaw)]),
    notes: [],
  };
}

const atCallers = [
  "sequential",
  "concurrent-10",
  "concurrent-100",
  "concurrent-1000",
  "concurrent-10000",
  "concurrent-100000",
];

/** Workloads that differ in the number of callers alone. */
export const callerWorkloads: readonly Workload[] = atCallers.map(workloadNamed);

/** Workloads that differ in the length of the value alone. */
export const valueWorkloads: readonly Workload[] = workloads.filter(({ group }) => group === "values");

/** Nanoseconds from one answered command to the next. */
export function nanosPerCommand({ rate }: LoadRow): number {
  return 1e9 / rate.median;
}

/** Megabytes of values per second. */
export function megabytesPerSecond(workload: Workload, { rate }: LoadRow): number {
  return rate.median * data[workload.data].bytes / 1e6;
}

/** What more callers cost. */
export function callerSheet(lookup: Lookup, runtime: string): Sheet {
  return pivot(
    callerWorkloads,
    ({ callers }) => `${grouped(callers)} caller${callers === 1 ? "" : "s"}`,
    (client, { name }) => {
      if (!hasGrowth(client)) return undefined;
      return lookup.text(["load", runtime, name], client, (row) => rate(nanosPerCommand(row)));
    },
  );
}

/** What longer values cost. */
export function valueSheet(lookup: Lookup, runtime: string): Sheet {
  return pivot(
    valueWorkloads,
    (workload) => workload.data,
    (client, workload) =>
      lookup.text(["load", runtime, workload.name], client, (row) => three(megabytesPerSecond(workload, row))),
  );
}

/** Whether a client is asked what more callers cost. */
export function hasGrowth(client: string): boolean {
  return clients.some(({ name, inGrowth }) => name === client && inGrowth);
}

/** What an idle connection weighs, in kilobytes of heap and of the process. */
export function idleSheet(lookup: Lookup, runtime: string): Sheet {
  const idle = memoryWorkloads.filter(({ of }) => of === "idle connection");
  const show = ({ heapBytes, residentBytes }: MemoryRow) =>
    `${three(heapBytes.median / 1000)} / ${residentBytes === null ? unknown : three(residentBytes.median / 1000)}`;
  return pivot(
    idle,
    ({ count }) => `of ${count}`,
    (client, { name }) => lookup.text(["memory", runtime, name], client, show),
  );
}

const tunedColumns = ["sequential", "concurrent-50", "concurrent-1000"];

/** Clients with their defaults beside the same clients with what else they offer for speed. */
export function tunedSheet(lookup: Lookup, runtime: string): Sheet {
  const rows = clients.flatMap(({ name, tunes }) => {
    if (tunes === undefined) return [];
    const cell = (client: string, workload: string) =>
      lookup.text(["load", runtime, workload], client, (row) => rate(row.rate.median));
    if (tunedColumns.every((workload) => cell(name, workload) === undefined)) return [];
    const cells = tunedColumns.flatMap((workload) => [cell(tunes.client, workload), cell(name, workload)]);
    return [[tunes.client, tunes.how, ...cells.map((text) => text ?? unknown)]];
  });
  const columns = tunedColumns.flatMap((workload) => [`${workload}, defaults`, "tuned"]);
  return { head: ["", "tuned by", ...columns], rows, notes: [] };
}
