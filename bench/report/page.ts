/**
 * One self-contained page with everything in it: charts first, all figures behind them.
 *
 * @module
 */
import { titleOf } from "../workloads/families.ts";
import { faultWorkloads } from "../workloads/fault.ts";
import { memoryWorkloads } from "../workloads/memory.ts";
import { startupWorkload } from "../workloads/startup.ts";
import { workloads } from "../workloads/workload.ts";
import { aimSheet, judgeAims } from "./aims.ts";
import { escapeText } from "./charts/svg.ts";
import { dragonflySheet, dragonflyWords } from "./dragonfly.ts";
import { Lookup, serversOf } from "./lookup.ts";
import { everythingNotRun } from "./not_run.ts";
import { callerSheet, tunedSheet, valueSheet } from "./overviews.ts";
import {
  callerChart,
  heapChart,
  percentileChart,
  rateChart,
  ratioChart,
  startupChart,
  valueChart,
} from "./page_charts.ts";
import { pageStyle } from "./page_style.ts";
import { circumstances, fairPlay, reading, repeating, tunedWords } from "./prose.ts";
import type { AnyTable, Report } from "./report.ts";
import { type Sheet, sheetOf } from "./sheet.ts";

/** A part of the page. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

const mainWorkloads = workloads.filter(({ group }) => group === "main").map(({ name }) => name);

/** Makes the page. */
export function toPage(report: Report): string {
  const parts = [
    ...serversOf(report).flatMap((server, n) => serverParts(new Lookup(report, server), server, n === 0)),
    ...closingParts(report),
  ];
  const links = parts.map((
    { id, title },
  ) => `<a href="#${id}">${escapeText(title)}</a>`).join("\n");
  const terms = circumstances(report).map(([term, words]) => `<dt>${term}</dt><dd>${escapeText(words)}</dd>`);
  return `<!-- deno-fmt-ignore-file -->
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>respool benchmarks</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>respool benchmarks</h1>
<dl>${terms.join("\n")}</dl>
${reading.map(paragraph).join("\n")}
<nav>${links}</nav>
${parts.map(({ id, title, html }) => `<h2 id="${id}">${escapeText(title)}</h2>\n${html}`).join("\n")}
</body>
</html>
`;
}

/** What comes after the measurements. */
function closingParts(report: Report): Part[] {
  const first = new Lookup(report, serversOf(report)[0] ?? "");
  const commands = repeating.replace(/^```.*$\n?/gm, "").trim();
  return [
    { id: "aims", title: "Aims", html: toHtml(aimSheet(judgeAims(first))).replaceAll("**no**", "<strong>no</strong>") },
    {
      id: "dragonfly",
      title: "Dragonfly: expected and measured",
      html: paragraph(dragonflyWords(report)) + toHtml(dragonflySheet(report, first)),
    },
    { id: "not-run", title: "Not run", html: notRunList(report) },
    { id: "fair-play", title: "Fair play", html: `<ul>${fairPlay.map(inline).map(item).join("\n")}</ul>` },
    { id: "repeat", title: "How to repeat it", html: `<pre>${escapeText(commands)}</pre>` },
  ];
}

function item(html: string): string {
  return `<li>${html}</li>`;
}

function notRunList(report: Report): string {
  const items = everythingNotRun(report).map(({ what, reason }) =>
    item(`<strong>${escapeText(what)}</strong>: not run, ${escapeText(reason)}`)
  );
  return items.length > 0 ? `<ul>${items.join("\n")}</ul>` : paragraph("Everything that was to be measured was.");
}

function inline(words: string): string {
  return escapeText(words).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function paragraph(words: string): string {
  return `<p>${inline(words)}</p>`;
}

function serverParts(lookup: Lookup, server: string, isFirst: boolean): Part[] {
  const prefix = isFirst ? "" : `${slug(server)}-`;
  const named = (id: string, title: string, blocks: readonly string[]): Part[] =>
    blocks.length > 0
      ? [{ id: prefix + id, title: isFirst ? sentence(title) : `${server}: ${title}`, html: blocks.join("\n") }]
      : [];
  const each = (draw: (runtime: string) => string[]) => lookup.runtimes.flatMap(draw);
  return [
    ...named("peers", "respool ÷ best peer", each((runtime) => ratioBlock(lookup, runtime, "best peer"))),
    ...named("raw", "respool ÷ bare socket", each((runtime) => ratioBlock(lookup, runtime, "bare socket"))),
    ...mainWorkloads.flatMap((name) => named(name, name, loadBlocks(lookup, name))),
    ...named("tuned", "Defaults and tuned: operations per second", tunedParts(lookup)),
    ...isFirst
      ? named("callers", "More callers: nanoseconds per command", each((runtime) => callerBlock(lookup, runtime)))
      : [],
    ...named("values", "Longer values: megabytes per second", each((runtime) => valueBlock(lookup, runtime))),
    ...named("startup", "First reply of a fresh process", each((runtime) => startupBlock(lookup, runtime))),
    ...faultWorkloads.flatMap(({ name, title }) =>
      named(name, title, each((runtime) => faultBlock(lookup, runtime, name)))
    ),
    ...memoryWorkloads.flatMap(({ name, title }) =>
      named(name, title, each((runtime) => memoryBlock(lookup, runtime, name)))
    ),
  ];
}

/** Names of workloads stay as they are written elsewhere. */
function sentence(title: string): string {
  return title.includes(" ") && !title.startsWith("respool") ? title[0]!.toUpperCase() + title.slice(1) : title;
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

function tunedParts(lookup: Lookup): string[] {
  const blocks = lookup.runtimes.flatMap((runtime) => {
    const sheet = tunedSheet(lookup, runtime);
    return sheet.rows.length > 0 ? [`<h4>${runtime}</h4>`, toHtml(sheet)] : [];
  });
  return blocks.length > 0 ? [paragraph(tunedWords), ...blocks] : [];
}

function ratioBlock(lookup: Lookup, runtime: string, to: "best peer" | "bare socket"): string[] {
  const chart = ratioChart(
    lookup,
    runtime,
    mainWorkloads,
    `respool ÷ ${to}`,
    (row) => to === "best peer" ? row.toBestPeer : row.toRaw,
  );
  return chart === undefined ? [] : [`<h4>${runtime}</h4>`, chart];
}

function loadBlocks(lookup: Lookup, workload: string): string[] {
  const blocks = lookup.runtimes.flatMap((runtime) => {
    const table = lookup.table("load", runtime, workload);
    if (table === undefined || table.rows.length === 0) return [];
    return [
      `<h4>${runtime}: operations per second</h4>`,
      rateChart(table),
      `<h4>${runtime}: p50 · p95 · p99</h4>`,
      percentileChart(table),
      notRunNotes(table),
      behind(sheetOf({ family: "load", table })),
    ];
  });
  return blocks.length > 0 ? [paragraph(`${titleOf(workload)}.`), ...blocks] : [];
}

function callerBlock(lookup: Lookup, runtime: string): string[] {
  const chart = callerChart(lookup, runtime);
  return chart === undefined ? [] : [`<h4>${runtime}</h4>`, chart, behind(callerSheet(lookup, runtime))];
}

function valueBlock(lookup: Lookup, runtime: string): string[] {
  const chart = valueChart(lookup, runtime);
  return chart === undefined ? [] : [`<h4>${runtime}</h4>`, chart, behind(valueSheet(lookup, runtime))];
}

function startupBlock(lookup: Lookup, runtime: string): string[] {
  const table = lookup.table("startup", runtime, startupWorkload.name);
  if (table === undefined) return [];
  return [
    `<h4>${runtime}</h4>`,
    startupChart(table),
    notRunNotes(table),
    behind(sheetOf({ family: "startup", table })),
  ];
}

function faultBlock(lookup: Lookup, runtime: string, fault: string): string[] {
  const table = lookup.table("fault", runtime, fault);
  return table === undefined ? [] : [`<h4>${runtime}</h4>`, toHtml(sheetOf({ family: "fault", table }))];
}

function memoryBlock(lookup: Lookup, runtime: string, workload: string): string[] {
  const table = lookup.table("memory", runtime, workload);
  if (table === undefined || table.rows.length === 0) return [];
  return [`<h4>${runtime}</h4>`, heapChart(table), notRunNotes(table), behind(sheetOf({ family: "memory", table }))];
}

/** In sight, where a bar is missing. */
function notRunNotes({ notRun }: AnyTable["table"]): string {
  return notRun.map(({ client, reason }) => `<p class="note">${escapeText(`${client}: not run, ${reason}`)}</p>`).join(
    "\n",
  );
}

function behind(sheet: Sheet): string {
  return `<details><summary>figures</summary>${toHtml(sheet)}</details>`;
}

function toHtml({ head, rows, notes }: Sheet): string {
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join("")}</tr>`;
  const table = `<table>${line(head, "th")}\n${rows.map((row) => line(row, "td")).join("\n")}</table>`;
  const below = notes.map((note) => `<p class="note">${escapeText(note)}</p>`).join("\n");
  return `${rows.length > 0 ? `<div class="scroll">${table}</div>` : ""}${below}`;
}
