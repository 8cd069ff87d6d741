/**
 * What was expected of Dragonfly, beside what was measured.
 *
 * @module
 */
import { Lookup, serversOf } from "./lookup.ts";
import type { Report } from "./report.ts";
import type { Sheet } from "./sheet.ts";

const expectation =
  "It was expected that the same client does 20 to 50 % more operations per second on Dragonfly than " +
  "on Redis.";

function serverOf(report: Report): string | undefined {
  return serversOf(report).find((name) => name.startsWith("Dragonfly"));
}

/** The expectation, and why nothing was measured if nothing was. */
export function dragonflyWords(report: Report): string {
  return serverOf(report) === undefined ? `${expectation} Not run: ${reasonIn(report)}.` : expectation;
}

/** respool's rate there over that on the first server. */
export function dragonflySheet(report: Report, first: Lookup): Sheet {
  const server = serverOf(report);
  const head = ["", "workload", "expected", "measured"];
  if (server === undefined) return { head, rows: [], notes: [] };
  const there = new Lookup(report, server);
  const rows = there.runtimes.flatMap((runtime) =>
    there.workloads("load").map((workload) => [
      ...[runtime, workload, "+20 to +50 %"],
      difference(first, there, runtime, workload),
    ])
  );
  return { head, rows, notes: [] };
}

function reasonIn({ notRun }: Report): string {
  return notRun.find(({ what }) => what === "dragonfly")?.reason ?? "it was not asked for";
}

function difference(first: Lookup, there: Lookup, runtime: string, workload: string): string {
  const [base, rate] = [first, there].map((one) => one.row("load", runtime, workload, "respool")?.rate.median);
  if (base === undefined || rate === undefined) return "not run";
  const percent = Math.round((rate / base - 1) * 100);
  return `${percent > 0 ? "+" : ""}${percent} %`;
}
