/**
 * Makes pages of results: `docs/benchmarks.json`, `docs/benchmarks.html` and the numbers of `docs/benchmarks.md` and of
 * `README.md`.
 *
 * ```sh
 * deno task bench:publish bench/results/full.json           # into the documents
 * deno task bench:publish mine.json --to bench/results      # the page and the results alone, elsewhere
 * deno task bench:publish                                   # once more, from the results that are published
 * ```
 *
 * Results of several runs are put together; where two measured the same, the later one counts.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { root } from "../tests/support/runtimes.ts";
import { toPage } from "./report/page.ts";
import { makePages, resultsFile } from "./report/pages.ts";
import { mergeReports, readReport, writeReport } from "./report/report_file.ts";

const { values, positionals } = parseArgs({ options: { to: { type: "string" } }, allowPositionals: true });
const files = positionals.length > 0 ? positionals : [join(root, resultsFile)];
const report = mergeReports(files.map((file) => readReport(readFileSync(file, "utf8"))));
const results = writeReport(report);

function say(path: string, text: string): void {
  writeFileSync(path, text);
  process.stdout.write(`${path}\n`);
}

if (values.to !== undefined) {
  mkdirSync(values.to, { recursive: true });
  say(join(values.to, "benchmarks.json"), results);
  say(join(values.to, "benchmarks.html"), toPage(readReport(results)));
} else {
  say(join(root, resultsFile), results);
  const pages = makePages(results, (path) => readFileSync(join(root, path), "utf8"));
  for (const [path, text] of pages) say(join(root, path), text);
}
