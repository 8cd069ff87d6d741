/**
 * Reports as files: one row per line, so that two of them can be compared line by line.
 *
 * @module
 */
import { addNotRun, addTable, type AnyTable, type Pace, type Report } from "./report.ts";

/** Four digits are more than a measurement is worth. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

function inline(value: unknown): string {
  return JSON.stringify(value, rounded);
}

/** Writes a report. */
export function writeReport({ tables, ...rest }: Report): string {
  return `${JSON.stringify(rest).slice(0, -1)},"tables":[\n${tables.map(writeTable).join(",\n")}\n]}\n`;
}

function writeTable({ family, table: { rows, ...rest } }: AnyTable): string {
  const lines = (rows as readonly unknown[]).map((row) => `  ${inline(row)}`).join(",\n");
  return `{"family":"${family}","table":${inline(rest).slice(0, -1)},"rows":[\n${lines}\n]}}`;
}

/** Reads a report. */
export function readReport(text: string): Report {
  return JSON.parse(text) as Report;
}

/** Puts reports together; where two measured the same, the later one counts. */
export function mergeReports([first, ...others]: readonly Report[]): Report {
  if (first === undefined) throw new Error("there is no report");
  const merged = others.flatMap(({ tables }) => tables).reduce(addTable, first);
  const notRun = others.flatMap((one) => one.notRun);
  const { date } = others.at(-1) ?? first;
  const otherPaces = others.flatMap((one) => [...one.otherPaces ?? [], ...paceBeside(first, one)]);
  const whole = { ...merged, date, ...(otherPaces.length > 0 && { otherPaces }) };
  return notRun.reduce((report, { what, reason }) => addNotRun(report, what, reason), whole);
}

/** The pace of a report, for each of its runtimes, unless it is that of the first one. */
function paceBeside(first: Report, { rounds, seconds, tables }: Report): Pace[] {
  if (rounds === first.rounds && seconds === first.seconds) return [];
  const byRuntime = Map.groupBy(tables, ({ table }) => table.runtime);
  return Array.from(byRuntime, ([runtime, its]) => {
    return { rounds, seconds, runtime, workloads: [...new Set(its.map(({ table }) => table.workload))] };
  });
}
