/**
 * The suite's part of `docs/benchmarks.md`, made from a report alone.
 *
 * @module
 */
import { titleOf } from "../workloads/families.ts";
import { faultWorkloads } from "../workloads/fault.ts";
import { startupWorkload } from "../workloads/startup.ts";
import { aimSheet, judgeAims } from "./aims.ts";
import { rate, three } from "./format.ts";
import { Lookup, serversOf } from "./lookup.ts";
import { dragonflySheet, dragonflyWords } from "./dragonfly.ts";
import { everythingNotRun } from "./not_run.ts";
import {
  callerSheet,
  idleSheet,
  ratioSheet,
  tunedSheet,
  valueSheet,
  workloadGroups,
  workloadSheet,
} from "./overviews.ts";
import { circumstances, fairPlay, reading, repeating, tunedWords } from "./prose.ts";
import type { Report } from "./report.ts";
import { type Sheet, sheetOf, toMarkdown } from "./sheet.ts";

/** All of it, as blocks that stand apart by an empty line. */
export function toBlocks(report: Report): string[] {
  const [first, ...others] = serversOf(report);
  if (first === undefined) return ["Nothing was measured yet."];
  const lookup = new Lookup(report, first);
  return [
    ...circumstances(report).map(([term, words]) => `- **${term}**: ${words}`).join("\n").split("\n\n"),
    ...["## How to repeat it", repeating],
    ...["## How to read it", ...reading],
    ...["## respool beside the others", toMarkdown(ratioSheet(lookup))],
    ...["## Aims", toMarkdown(aimSheet(judgeAims(lookup)))],
    ...["## Not run", notRunBlock(report)],
    ...["## Defaults and tuned", tunedWords, ...lookup.runtimes.flatMap((runtime) => tunedBlocks(lookup, runtime))],
    ...lookup.runtimes.flatMap((runtime) => runtimeBlocks(lookup, first, runtime)),
    ...others.flatMap((server) => serverBlocks(new Lookup(report, server), lookup, server, first)),
    ...["## Dragonfly: expected and measured", dragonflyWords(report)],
    ...section("### Difference to Redis", dragonflySheet(report, lookup)),
    ...["## Fair play", fairPlay.map((words) => `- ${words}`).join("\n")],
  ];
}

function notRunBlock(report: Report): string {
  const lines = everythingNotRun(report).map(({ what, reason }) => `- **${what}**: not run, ${reason}`);
  return lines.length > 0 ? lines.join("\n") : "Everything that was to be measured was.";
}

function tunedBlocks(lookup: Lookup, runtime: string): string[] {
  return section(`### ${runtime}`, tunedSheet(lookup, runtime));
}

/** A heading and a table, unless the table is empty. */
function section(heading: string, sheet: Sheet): string[] {
  return sheet.rows.length + sheet.notes.length > 0 ? [heading, toMarkdown(sheet)] : [];
}

function runtimeBlocks(lookup: Lookup, server: string, runtime: string): string[] {
  return [
    `## ${runtime}, ${server}`,
    ...workloadGroups.flatMap(({ title, workloads }) => [
      ...section(
        `### ${title}: operations per second`,
        workloadSheet(lookup, runtime, workloads, (row) => rate(row.rate.median)),
      ),
      ...section(`### ${title}: p99 in ms`, workloadSheet(lookup, runtime, workloads, (row) => three(row.p99))),
    ]),
    ...section("### More callers: nanoseconds per command", callerSheet(lookup, runtime)),
    ...section("### Longer values: MB of values per second, 10 callers", valueSheet(lookup, runtime)),
    ...familyBlocks(lookup, runtime),
  ];
}

function familyBlocks(lookup: Lookup, runtime: string): string[] {
  const startup = lookup.table("startup", runtime, startupWorkload.name);
  return [
    ...startup ? section(`### ${sentence(startupWorkload.title)}`, sheetOf({ family: "startup", table: startup })) : [],
    ...faultWorkloads.flatMap(({ name }) => {
      const table = lookup.table("fault", runtime, name);
      return table ? section(`### ${sentence(titleOf(name))}`, sheetOf({ family: "fault", table })) : [];
    }),
    ...section("### Kilobytes per idle connection: heap / process", idleSheet(lookup, runtime)),
    ...["waiting-commands", "allocation"].flatMap((name) => {
      const table = lookup.table("memory", runtime, name);
      return table ? section(`### ${sentence(titleOf(name))}`, sheetOf({ family: "memory", table })) : [];
    }),
  ];
}

function sentence(words: string): string {
  return words[0]!.toUpperCase() + words.slice(1);
}

/** Another server: what respool does there, beside the first one. */
function serverBlocks(lookup: Lookup, first: Lookup, server: string, firstServer: string): string[] {
  return [
    `## ${server}`,
    ...lookup.runtimes.flatMap((runtime) => {
      const workloads = lookup.workloads("load");
      const sheet = workloadSheet(lookup, runtime, workloads, (row) => rate(row.rate.median));
      const shares = ["respool", "raw"].map((client) => [
        `${client} here ÷ on ${firstServer}`,
        ...workloads.map((workload) => {
          const [here, there] = [lookup, first].map((one) => one.row("load", runtime, workload, client)?.rate.median);
          return here && there ? `${(here / there).toFixed(2)} ×` : "–";
        }),
      ]);
      const rows = [...sheet.rows, ...shares];
      return section(`### ${runtime}: operations per second`, { ...sheet, rows });
    }),
  ];
}
