import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, embed, end } from "../../../bench/report/embed.ts";
import { makePages } from "../../../bench/report/pages.ts";
import { writeReport } from "../../../bench/report/report_file.ts";
import type { Report } from "../../../bench/report/report.ts";
import { loadTable, sampleReport } from "./sample.ts";

function pagesOf(report: Report) {
  const pages = makePages(writeReport(report), (path) => `# ${path}\n`);
  return {
    html: pages.get("docs/benchmarks.html")!,
    page: pages.get("docs/benchmarks.md")!,
    readme: pages.get("README.md")!,
  };
}

test("a part is put at the end of a document that has none, and in its place after that", () => {
  const first = embed("# Title\n", ["one"]);
  assert.equal(first.split(begin).length, 2);
  const second = embed(first.replace(end, `${end}\n\nafterwards`), ["two"]);
  assert.match(second, /^# Title\n[^]*\ntwo\n[^]*afterwards\n$/);
  assert.doesNotMatch(second, /one/);
});

test("the page stands alone: nothing in it is fetched", () => {
  const { html } = pagesOf(sampleReport());
  assert.match(html, /<svg /);
  assert.match(html, /prefers-color-scheme: dark/);
  assert.doesNotMatch(html, /https?:|<script|<link|@import|src=/);
});

test("the pages say what was not run, and why, and no cell of it is a zero", () => {
  const { html, page } = pagesOf(sampleReport());
  for (const text of [html, page]) {
    assert.match(text, /dragonfly(?:\*\*|<\/strong>): not run, dragonfly is not on PATH/);
    assert.match(text, /glide(?:\*\*|<\/strong>): not run, @valkey\/valkey-glide is not installed/);
  }
  const cells = page.split("\n").filter((line) => line.startsWith("| glide |"));
  assert.ok(cells.length > 0);
  for (const line of cells) assert.match(line, /^\| glide( \| not run)+ \|$/);
});

test("a client that took part nowhere has no row", () => {
  assert.doesNotMatch(pagesOf(sampleReport()).page, /^\| redis-py/m);
});

test("the README names the best peer and gives the share of the bare socket", () => {
  assert.match(pagesOf(sampleReport()).readme, /\| one caller \| 3\.00 × redis, 90 % \|/);
  assert.match(pagesOf(sampleReport()).readme, /\| 10 callers \| not run \|/);
});

test("what was expected of Dragonfly stands beside what was measured there", () => {
  const { tables } = sampleReport();
  const { page } = pagesOf(
    sampleReport({ tables: [...tables, loadTable("sequential", "Dragonfly 1.40.1", undefined, 1200)] }),
  );
  assert.match(page, /\| sequential \| \+20 to \+50 % \| \+33 % \|/);
});

test("what was expected of Dragonfly stands there when it was not run, too", () => {
  assert.match(pagesOf(sampleReport()).page, /20 to 50 %[^\n]* Not run: dragonfly is not on PATH and DRAGONFLY_URL/);
});

test("each server but the first has its own table, beside the first one", () => {
  const { tables } = sampleReport();
  const { page } = pagesOf(
    sampleReport({ tables: [...tables, loadTable("sequential", "Valkey 9.1.2", undefined, 450)] }),
  );
  assert.match(page, /^## Valkey 9\.1\.2$/m);
  assert.match(page, /\| respool here ÷ on Redis 7\.0\.15 \| 0\.50 × \|/);
});

test("tuned clients stand beside their defaults", () => {
  const table = loadTable("concurrent-50");
  const tuned = { ...table.table.rows[2]!, client: "ioredis-auto", rate: { median: 250, least: 250, greatest: 250 } };
  const report = sampleReport({
    tables: [{ ...table, table: { ...table.table, rows: [...table.table.rows, tuned] } }],
  });
  assert.match(pagesOf(report).page, /\| ioredis \| enableAutoPipelining: true \| – \| – \| 200 \| 250 \|/);
});

test("aims that were missed are marked as such", () => {
  const { page } = pagesOf(sampleReport());
  assert.match(page, /\| sequential \| Node 26\.10\.0 \| rate ÷ best peer \| ≥ 1\.2 \| 3\.00 \| yes \|/);
  assert.match(page, /\| concurrent-1000 \| Node 26\.10\.0 \| rate ÷ best peer \| ≥ 5 \| 3\.00 \| \*\*no\*\* \|/);
});

test("a fault's table tells when nothing failed", () => {
  assert.match(pagesOf(sampleReport()).page, /\| respool \| tuned \| 90 \| 7 \| none \| 65 ms \| 2010 ms \|/);
});
