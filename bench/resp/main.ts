/**
 * The benches of the codec on the runtime that runs this: prints their table, and writes the figures to
 * `bench/results/`.
 *
 * ```sh
 * npm install --prefix bench
 * deno run -A bench/resp/main.ts               # also: bun, node ≥ 24
 * node bench/resp/main.ts map "1 MB"           # rows whose work holds one of these
 * ```
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "../../tests/support/runtimes.ts";
import { decoderRows } from "./decoder_bench.ts";
import { encoderRows } from "./encoder_bench.ts";
import { run } from "./harness.ts";
import { toTable } from "./markdown.ts";
import { header, type Sheet, toCells } from "./sheet.ts";

function getRuntime(): string {
  const { deno, bun, node } = process.versions;
  return deno !== undefined ? `Deno ${deno}` : bun !== undefined ? `Bun ${bun}` : `Node ${node}`;
}

const wanted = process.argv.slice(2);
const rows = [...decoderRows, ...encoderRows].filter(({ work }) =>
  wanted.length === 0 || wanted.some((part) => work.includes(part))
);
const sheet: Sheet = { runtime: getRuntime(), results: [] };
for (const row of rows) {
  process.stderr.write(`${sheet.runtime}: ${row.work}\n`);
  sheet.results.push(run(row));
}
console.log(toTable([header, ...sheet.results.map(toCells)]));
if (wanted.length === 0) {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const name = `resp-${sheet.runtime.toLowerCase().replace(" ", "-")}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(sheet, null, 2)}\n`);
}
