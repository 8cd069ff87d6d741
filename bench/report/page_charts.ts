/**
 * Which charts are drawn of what.
 *
 * @module
 */
import { clientNamed, clients, type Role } from "../clients/catalogue.ts";
import { data } from "../workloads/data.ts";
import { memoryWorkloads } from "../workloads/memory.ts";
import type { Workload } from "../workloads/workload.ts";
import { type Bar, barChart } from "./charts/bar_chart.ts";
import { latencyChart } from "./charts/latency_chart.ts";
import { lineChart, type Series } from "./charts/line_chart.ts";
import { fixed, rate, three, tick } from "./format.ts";
import type { Lookup } from "./lookup.ts";
import { callerWorkloads, hasGrowth, megabytesPerSecond, nanosPerCommand, valueWorkloads } from "./overviews.ts";
import type { LoadRow, MemoryRow, StartupRow, Table } from "./report.ts";

const classOfRole: Record<Role, string> = { respool: "own", raw: "raw", peer: "peer", other: "other" };

/** The class of a client's bars. */
function classOf(client: string): string {
  return classOfRole[clientNamed(client).role];
}

/** Operations per second of all clients. */
export function rateChart({ workload, runtime, rows }: Table<LoadRow>): string {
  return barChart(
    `Operations per second, ${workload}, ${runtime}`,
    rows.map(({ client, rate: { median, least, greatest }, toBestPeer, toRaw }): Bar => ({
      label: client,
      value: median,
      least,
      greatest,
      text: `${rate(median)}/s  ${ratios(toBestPeer, toRaw)}`.trimEnd(),
      className: classOf(client),
    })),
  );
}

function ratios(toBestPeer: number | null, toRaw: number | null): string {
  return [
    ...toBestPeer === null ? [] : [`${fixed(toBestPeer, 2)}×peer`],
    ...toRaw === null ? [] : [`${fixed(toRaw, 2)}×raw`],
  ].join(" ");
}

/** Percentiles of all clients. */
export function percentileChart({ workload, runtime, rows }: Table<LoadRow>): string {
  return latencyChart(
    `Percentiles of a call, ${workload}, ${runtime}`,
    rows.map(({ client, p50, p95, p99 }) => ({ label: client, p50, p95, p99, className: classOf(client) })),
  );
}

/** respool's ratio at many workloads, with a mark at 1. */
export function ratioChart(
  lookup: Lookup,
  runtime: string,
  workloads: readonly string[],
  title: string,
  pick: (row: LoadRow) => number | null,
): string | undefined {
  const bars = workloads.flatMap((workload): Bar[] => {
    const row = lookup.row("load", runtime, workload, "respool");
    const value = row && pick(row);
    if (value === undefined || value === null) return [];
    return [{ label: workload, value, text: `${fixed(value, 2)} ×`, mark: 1, className: "own" }];
  });
  return bars.length > 0 ? barChart(`${title}, ${runtime}`, bars) : undefined;
}

/** What of each client grows along some workloads. */
function growth(
  lookup: Lookup,
  runtime: string,
  workloads: readonly Workload[],
  x: (workload: Workload) => number,
  y: (workload: Workload, row: LoadRow) => number,
): Series[] {
  return clients.filter(({ name }) => hasGrowth(name)).map(({ name, title }, n): Series => ({
    label: title,
    className: `c${n}`,
    points: workloads.flatMap((workload) => {
      const row = lookup.row("load", runtime, workload.name, name);
      return row ? [[x(workload), y(workload, row)] as const] : [];
    }),
  })).filter(({ points }) => points.length > 1);
}

/** What more callers cost. */
export function callerChart(lookup: Lookup, runtime: string): string | undefined {
  const series = growth(lookup, runtime, callerWorkloads, ({ callers }) => callers, (_, row) => nanosPerCommand(row));
  const axes = { x: tick, y: (nanos: number) => `${tick(nanos)} ns` };
  return series.length > 0 ? lineChart(`Nanoseconds per command by callers, ${runtime}`, series, axes) : undefined;
}

/** What longer values cost. */
export function valueChart(lookup: Lookup, runtime: string): string | undefined {
  const series = growth(lookup, runtime, valueWorkloads, (one) => data[one.data].bytes, megabytesPerSecond);
  const nameOf = new Map<number, string>(valueWorkloads.map((one) => [data[one.data].bytes, one.data]));
  const axes = { x: (bytes: number) => nameOf.get(bytes) ?? "", y: (megabytes: number) => `${tick(megabytes)} MB/s` };
  return series.length > 0 ? lineChart(`Megabytes per second by size, ${runtime}`, series, axes) : undefined;
}

/** The first reply of fresh processes. */
export function startupChart({ runtime, rows }: Table<StartupRow>): string {
  return barChart(
    `First reply of a fresh process, ${runtime}`,
    rows.map(({ client, firstReplyMs: { median, least, greatest } }): Bar => ({
      label: client,
      value: median,
      least,
      greatest,
      text: `${three(median)} ms`,
      className: classOf(client),
    })),
  );
}

/** Bytes of heap. */
export function heapChart({ workload, runtime, rows }: Table<MemoryRow>): string {
  const { of } = memoryWorkloads.find(({ name }) => name === workload)!;
  return barChart(
    `Heap per ${of}, ${workload}, ${runtime}`,
    rows.map(({ client, heapBytes: { median } }): Bar => ({
      label: client,
      value: Math.max(0, median),
      text: `${rate(median)} bytes`,
      className: classOf(client),
    })),
  );
}
