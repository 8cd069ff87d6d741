/**
 * Puts what `main.ts` found on each runtime together, into `docs/benchmarks.md`.
 *
 * ```sh
 * deno run -A bench/resp/main.ts; bun bench/resp/main.ts; node bench/resp/main.ts
 * deno run -A bench/resp/table.ts
 * ```
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../../tests/support/runtimes.ts";
import { showTime } from "./harness.ts";
import { toTable, writeBetween } from "./markdown.ts";
import { type Sheet, showGoal, showRatio } from "./sheet.ts";

const marks = [
  "<!-- the codec's part: deno run -A bench/resp/table.ts -->",
  "<!-- end of the codec's part -->",
] as const;
const order = ["Deno", "Bun", "Node"];

function readSheets(): Sheet[] {
  const folder = join(root, "bench", "results");
  const names = readdirSync(folder).filter((name) => /^resp-.*\.json$/.test(name)).sort();
  if (names.length === 0) {
    throw new Error("nothing was measured: run bench/resp/main.ts first");
  }
  const sheets = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Sheet);
  const place = ({ runtime }: Sheet) => order.indexOf(runtime.split(" ")[0]!);
  return sheets.sort((one, other) => place(one) - place(other));
}

/** A row per piece of work: the ratio to the best rival and respool's own time, on each runtime. */
function toRows(sheets: readonly Sheet[]): string[][] {
  const header = ["work", "aim", ...sheets.map(({ runtime }) => runtime)];
  const rows = sheets[0]!.results.map((first) => {
    const cells = sheets.map(({ results }) => {
      const result = results.find(({ work }) => work === first.work);
      return result === undefined ? "–" : `${showRatio(result)} ${result.best}, ${showTime(result.times.respool!)}`;
    });
    return [first.work, showGoal(first), ...cells];
  });
  return [header, ...rows];
}

function versionsOf(names: string[]): string {
  const version = (name: string) =>
    JSON.parse(
      readFileSync(
        join(root, "bench", "node_modules", name, "package.json"),
        "utf8",
      ),
    ).version;
  return names.map((name) => `${name} ${version(name)}`).join(", ");
}

function toSection(sheets: readonly Sheet[]): string {
  const machine = `${cpus().length} × ${cpus()[0]!.model.trim()}`;
  const date = new Date().toISOString().slice(0, 10);
  return `## RESP codec

How many times as fast respool is as the best of redis-parser, node-redis and ioredis on that runtime, and its own time
per value (per megabyte in the rows of 1 MB). Rounds of all contenders take turns in one process; the figures are
medians of 200 rounds. Every decoder gets the same chunks, every encoder ends with bytes, and respool's decoder makes
text the way the runtime's adapter tells it to.

In the rows of 1 MB chunks come as they do in a program: the three rivals hold on to chunks, so their sockets allocate
each one anew, while respool copies out of a buffer that is read into over and over. With chunks that are at hand and
free to keep, what everybody does is allocate the megabyte and copy into it once. No decoder can do less, as the row
that measures just this shows, so there the ratio cannot be much over 1.

${toTable(toRows(sheets))}

Measured on ${machine}, ${date}, against ${versionsOf(["redis-parser", "@redis/client", "ioredis"])}. Repeat it with
\`npm install --prefix bench\`, then \`bench/resp/main.ts\` on each runtime, which prints that runtime's table.`;
}

writeBetween("docs/benchmarks.md", marks, toSection(readSheets()));
