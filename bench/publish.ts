/**
 * Makes pages of results: `benchmarks.json`, `benchmarks.html` and the suite's part of `benchmarks.md`.
 *
 * ```sh
 * deno run -A bench/publish.ts bench/results/a.json bench/results/b.json --to docs
 * ```
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { embed, toBlocks } from "./report/markdown.ts";
import { toPage } from "./report/page.ts";
import { mergeReports, readReport, writeReport } from "./report/report_file.ts";

const { values, positionals } = parseArgs({
  options: { to: { type: "string", default: "docs" } },
  allowPositionals: true,
});
const report = mergeReports(positionals.map((file) => readReport(readFileSync(file, "utf8"))));
const text = writeReport(report);
// What is published is made of what is written, so that the pages can be made again from the file.
const written = readReport(text);
const markdownFile = join(values.to, "benchmarks.md");
const markdown = existsSync(markdownFile) ? readFileSync(markdownFile, "utf8") : "# Benchmarks\n";
writeFileSync(join(values.to, "benchmarks.json"), text);
writeFileSync(join(values.to, "benchmarks.html"), toPage(written));
writeFileSync(markdownFile, embed(markdown, toBlocks(written)));
process.stdout.write(`${written.tables.length} tables, to ${values.to}\n`);
