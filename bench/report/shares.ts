/**
 * respool's share of what a bare socket does, as it was published and as it is now.
 *
 * @module
 */
import type { RuntimeKind } from "../run/programs.ts";
import { fixed } from "./format.ts";
import { Lookup, serversOf } from "./lookup.ts";
import type { Report } from "./report.ts";
import type { Sheet } from "./sheet.ts";

/** The workloads that are watched. */
export const watchedWorkloads: readonly string[] = [
  ...["sequential", "concurrent-10", "concurrent-50", "concurrent-1000", "pipeline-50", "pipeline-100"],
];

/** What may get lost without anybody being to blame. */
export const allowedLoss = 0.15;

/** A share at a workload. */
export interface Share {
  readonly workload: string;
  readonly published: number;
  /** `undefined` when it could not be measured. */
  readonly measured: number | undefined;
}

/** The published shares of a runtime, whichever of its versions they were measured on, on the first server. */
export function publishedShares(report: Report, kind: RuntimeKind): Map<string, number> {
  const lookup = new Lookup(report, serversOf(report)[0] ?? "");
  const runtime = lookup.runtimes.find((title) => title.toLowerCase().startsWith(kind)) ?? "";
  return new Map(watchedWorkloads.flatMap((workload) => {
    const share = lookup.row("load", runtime, workload, "respool")?.toRaw ?? undefined;
    return share === undefined ? [] : [[workload, share] as const];
  }));
}

/** Whether too much got lost, or nothing could be measured. */
export function isTooLow({ published, measured }: Share): boolean {
  return measured === undefined || measured < published * (1 - allowedLoss);
}

/** What was published beside what was measured. */
export function shareSheet(shares: readonly Share[]): Sheet {
  const rows = shares.map((share) => [
    share.workload,
    fixed(share.published, 2),
    share.measured === undefined ? "not run" : fixed(share.measured, 2),
    isTooLow(share) ? "too low" : "ok",
  ]);
  return { head: ["", "published share of raw", "measured", ""], rows, notes: [] };
}
