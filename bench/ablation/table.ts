/**
 * The results as Markdown.
 *
 * @module
 */
import { grouped } from "../demo/table.ts";
import { three } from "../report/format.ts";
import { median } from "../report/statistics.ts";
import { changeOf, type Expectation, expectations, isMet } from "./expectations.ts";
import type { Figure, Result, Row } from "./result.ts";

const begin = "<!-- made by bench/ablation.ts: begin -->";
const end = "<!-- end -->";

/** Puts the tables where they belong in a document. */
export function embed(document: string, results: readonly Result[]): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`there is no place for the tables: ${begin} … ${end}`);
  }
  return document.slice(0, from) +
    [begin, ...toBlocks(results), ""].join("\n\n") + document.slice(to);
}

/** The tables, and what has to be known about them. */
export function toBlocks(results: readonly Result[]): string[] {
  return [
    ...["### Expected and measured", expectedTable(results)],
    ...results.flatMap((
      result,
    ) => [`### ${result.runtime}: all figures`, figureTable(result)]),
    results.map(circumstances).join("\n"),
  ];
}

function expectedTable(results: readonly Result[]): string {
  const rows = expectations.map((expectation) => [
    expectation.name,
    expectation.what,
    expectedChange(expectation),
    ...results.map((result) => measuredChange(result, expectation)),
  ]);
  return markdownTable([[
    "",
    "figure",
    "expected",
    ...results.map(({ runtime }) => runtime),
  ], ...rows]);
}

function expectedChange({ percent }: Expectation): string {
  if (percent === undefined) return "–";
  const [least, most] = percent;
  return `${signed(least)} to ${signed(most)} %`;
}

function measuredChange(result: Result, expectation: Expectation): string {
  const change = changeOf(result, expectation.name, expectation.figure);
  const words = `${signed(Math.round(change))} %`;
  return isMet(expectation, change) === false ? `**missed:** ${words}` : words;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : `−${Math.abs(value)}`;
}

const columns: readonly (readonly [head: string, cell: (row: Row) => string])[] = [
  ["calls/s, 1 caller", (row) => grouped(middle(row, "sequential"))],
  ["10 callers", (row) => grouped(middle(row, "ten"))],
  ["50 callers", (row) => grouped(middle(row, "fifty"))],
  ["p95, 50", (row) => three(middle(row, "fiftyP95"))],
  ["p99, 50", (row) => three(middle(row, "fiftyP99"))],
  ["first call", (row) => three(middle(row, "firstOperation"))],
  ["kills: calls/s", (row) => grouped(middle(row, "kills"))],
  ["failed", (row) => grouped(middle(row, "killsFailed"))],
  ["p99", (row) => three(middle(row, "killsP99"))],
  ["restart: back after", (row) => grouped(middle(row, "recovery"))],
  ["failed", (row) => grouped(middle(row, "restartFailed"))],
];

function figureTable({ rows }: Result): string {
  const cells = rows.map((
    row,
  ) => [row.name, ...columns.map(([, cell]) => cell(row))]);
  return markdownTable([["", ...columns.map(([head]) => head)], ...cells]);
}

function middle({ rounds }: Row, figure: Figure): number {
  return median(rounds.map((round) => round[figure]));
}

function circumstances({ runtime, server, machine, load, date, seconds, rows }: Result): string {
  const count = rows[0]?.rounds.length ?? 0;
  const rounds = `${count} round${count === 1 ? "" : "s"} of ${seconds} s`;
  return `- ${runtime}: ${server}, ${machine}, load ${load.toFixed(1)} at the start, ${date}; medians of ${rounds}.`;
}

/** A table whose columns are aligned, as the formatter wants it. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n]!)).join(" | ")} |`;
  const [head, ...body] = rows;
  return [
    line(head!),
    line(widths.map((width) => "-".repeat(width))),
    ...body.map(line),
  ].join("\n");
}
