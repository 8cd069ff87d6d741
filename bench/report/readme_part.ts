/**
 * The README's numbers, made from a report alone.
 *
 * @module
 */
import { fixed } from "./format.ts";
import { Lookup, rowsOf, serversOf } from "./lookup.ts";
import type { Report } from "./report.ts";
import { toMarkdown } from "./sheet.ts";

const workloads: Readonly<Record<string, string>> = {
  sequential: "one caller",
  "concurrent-10": "10 callers",
  "concurrent-50": "50 callers",
  "concurrent-1000": "1000 callers",
  "pipeline-50": "pipelines of 50",
  "pipeline-100": "pipelines of 100",
  "lease-50": "50 callers, leases of 10 connections",
  "get-1mb": "values of 1 MB",
};

/** The README's part, as blocks that stand apart by an empty line. */
export function toReadmeBlocks(report: Report): string[] {
  const [server] = serversOf(report);
  if (server === undefined) return ["Nothing was measured yet."];
  const lookup = new Lookup(report, server);
  const { runtimes } = lookup;
  const rows = Object.entries(workloads).map(([workload, title]) => [
    title,
    ...runtimes.map((runtime) => cell(lookup, runtime, workload)),
  ]);
  const { date, machine: { processor, cores }, rounds } = report;
  return [
    "How many times as many operations per second as the fastest other JavaScript client there, which is named; behind " +
    `it the share of what a bare socket of that runtime does. Medians of ${rounds} rounds by turns, defaults on both ` +
    `sides except for \`-auto\` and \`-8\`, ${server}, ${cores} × ${processor}, ${date}.`,
    toMarkdown({ head: ["", ...runtimes], rows, notes: [] }),
  ];
}

function cell(lookup: Lookup, runtime: string, workload: string): string {
  const row = lookup.row("load", runtime, workload, "respool");
  if (row === undefined || row.toBestPeer === null) return "not run";
  const peers = rowsOf(lookup.table("load", runtime, workload), "peer");
  const best = peers.reduce((best, peer) => peer.rate.median > best.rate.median ? peer : best);
  const share = row.toRaw === null ? "" : `, ${fixed(row.toRaw * 100, 0)} %`;
  return `${fixed(row.toBestPeer, 2)} × ${best.client}${share}`;
}
