/**
 * The doctor's report as text for people.
 *
 * @module
 */
import type { Advice, DoctorReport, LoadPoint, SizePoint } from "./report.ts";

/** Lays the report out; at most 100 columns, but for long reasons. */
export function renderReport(report: DoctorReport): string {
  const { measured } = report;
  return [
    ...heading(report),
    "",
    ...table(["callers", "calls/s", "p50", "p99", ""], curve(measured.callers, ({ callers }) => callers)),
    "",
    ...table(["leases on", "calls/s", "p50", "p99", ""], curve(measured.leases, ({ connections }) => connections)),
    "",
    ...report.advice.flatMap(adviceLines),
    "",
    `createPool(url, { ${optionsText(report.advice)} })`,
    "",
    ...report.findings.map(({ level, text }) => `${level === "warning" ? "!" : "-"} ${text}`),
    "",
  ].join("\n");
}

/** The options that differ from their defaults, as they stand in a call. */
export function optionsText(advice: readonly Advice[]): string {
  const changed = advice.filter(({ value, standard }) => value !== standard);
  return changed.map(({ option, value }) => {
    const [name, inner] = option.split(".");
    return inner === undefined ? `${name}: ${value}` : `${name}: { ${inner}: ${value} }`;
  }).join(", ");
}

function heading({ endpoint, tls, server, measured }: DoctorReport): string[] {
  const { connect, roundTrip } = measured;
  return [
    `server      ${
      [server.product, server.version, server.mode, server.role].filter(Boolean).join(" ")
    } at ${endpoint}`,
    `TLS         ${tls ? "yes" : "no"}`,
    `clients     ${server.connectedClients ?? "?"} of at most ${server.maxClients ?? "?"}`,
    `eviction    ${server.evictionPolicy ?? "?"}, memory limit ${memoryText(server.maxMemory)}`,
    `connect     least ${ms(connect.leastMs)}, p50 ${ms(connect.p50Ms)}, p99 ${ms(connect.p99Ms)}`,
    `round trip  least ${ms(roundTrip.leastMs)}, p50 ${ms(roundTrip.p50Ms)}, p99 ${ms(roundTrip.p99Ms)}`,
  ];
}

function memoryText(bytes: number | undefined): string {
  if (bytes === undefined) return "?";
  return bytes === 0 ? "none" : `${Math.round(bytes / 1_048_576)} MiB`;
}

function adviceLines({ option, value, standard, reason }: Advice): string[] {
  const isSame = value === standard ? "the default" : `default ${standard}`;
  return [`${option.padEnd(19)}${String(value).padStart(8)}  (${isSame})`, `    ${reason}`];
}

const barWidth = 24;

/** Rows of a curve, each with a bar as long as its rate. */
function curve<P extends LoadPoint | SizePoint>(points: readonly P[], label: (point: P) => number): string[][] {
  const most = Math.max(1, ...points.map(({ perSecond }) => perSecond));
  return points.map((point) => [
    String(label(point)),
    String(point.perSecond),
    ms(point.p50Ms),
    ms(point.p99Ms),
    "█".repeat(Math.max(1, Math.round(point.perSecond / most * barWidth))),
  ]);
}

/** Columns to the right, but for the last. */
function table(head: string[], rows: string[][]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const last = head.length - 1;
  return all.map((row) =>
    row.map((cell, column) => column === last ? cell : cell.padStart(widths[column] ?? 0)).join("  ").trimEnd()
  );
}

function ms(value: number): string {
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ms`;
}
