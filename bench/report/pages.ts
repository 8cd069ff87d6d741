/**
 * Every page that holds numbers, made from one report.
 *
 * @module
 */
import { embed } from "./embed.ts";
import { toBlocks } from "./markdown.ts";
import { toPage } from "./page.ts";
import { toReadmeBlocks } from "./readme_part.ts";
import { readReport } from "./report_file.ts";

/** Where the results are kept, from the root. */
export const resultsFile = "docs/benchmarks.json";

/** The documents that have a part made from the results. */
const parts = { "docs/benchmarks.md": toBlocks, "README.md": toReadmeBlocks };

/**
 * Makes the pages, by their path from the root.
 *
 * @param results The text of the file of results: what is published can be made again from it.
 * @param read Reads a document as it is.
 */
export function makePages(results: string, read: (path: string) => string): Map<string, string> {
  const report = readReport(results);
  const documents = Object.entries(parts).map(([path, make]) => [path, embed(read(path), make(report))] as const);
  return new Map([["docs/benchmarks.html", toPage(report)], ...documents]);
}
