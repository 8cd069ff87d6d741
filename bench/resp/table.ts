/**
 * Runs the benches of the codec on each runtime and writes their table into `docs/benchmarks.md`.
 *
 * ```sh
 * npm install --prefix bench
 * deno run -A bench/resp/table.ts                        # prints it
 * deno run -A bench/resp/table.ts --write --cpu 1        # on one processor, into the document
 * ```
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { getRuntime, nodePath, root } from "../../tests/support/runtimes.ts";
import { type Result, showTime } from "./harness.ts";

interface Program {
  name: string;
  command: string[];
}

const files = ["decoder_bench.ts", "encoder_bench.ts"];
const begin = "<!-- the codec's part: deno run -A bench/resp/table.ts --write -->";
const end = "<!-- end of the codec's part -->";

function getPrograms(): Program[] {
  const [deno, bun] = [getRuntime("deno"), getRuntime("bun")];
  const nodes = ["24", "26"].map((version) => {
    const path = nodePath(version);
    const name = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);
    return { name: `Node ${name}`, command: [path, "--no-warnings"] };
  });
  return [
    { name: `Deno ${deno.version}`, command: [deno.path, "run", "-A", "--no-check"] },
    { name: `Bun ${bun.version}`, command: [bun.path] },
    ...nodes,
  ];
}

function measure({ name, command }: Program, cpu: string | undefined): Result[] {
  const prefix = cpu === undefined ? [] : ["taskset", "-c", cpu];
  return files.flatMap((file) => {
    process.stderr.write(`${name}: ${file}\n`);
    const [program, ...args] = [...prefix, ...command, join(root, "bench", "resp", file), "--json"];
    return JSON.parse(execFileSync(program!, args, { encoding: "utf8" })) as Result[];
  });
}

/** The ratio to the best rival, and respool's own time; a miss is marked. */
function cell({ ratio, times, best, isMet }: Result): string {
  const text = `${ratio[0].toFixed(2)} × ${best}, ${showTime(times.respool!)}`;
  return isMet ? text : `**missed:** ${text}`;
}

function goal({ target, limit }: Result): string {
  if (target !== undefined) return `≥ ${target} ×`;
  return limit !== undefined ? `≥ ${(1 / limit).toFixed(2)} ×` : "–";
}

function toTable(programs: Program[], results: Result[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rows = results[0]!.map((result, i) =>
    line([result.work, goal(result), ...results.map((all) => cell(all[i]!))])
  );
  const header = ["work", "aim", ...programs.map(({ name }) => name)];
  return [line(header), line(header.map(() => "---")), ...rows].join("\n");
}

function versionsOf(names: string[]): string {
  const version = (name: string) =>
    JSON.parse(readFileSync(join(root, "bench", "node_modules", name, "package.json"), "utf8")).version;
  return names.map((name) => `${name} ${version(name)}`).join(", ");
}

function toSection(table: string): string {
  const machine = `${cpus().length} × ${cpus()[0]!.model.trim()}`;
  const date = new Date().toISOString().slice(0, 10);
  return `${begin}

## RESP codec

How many times as fast respool is as the best of redis-parser, node-redis and ioredis on that runtime, and its own time
per value (per megabyte in the rows of 1 MB). Rounds of all contenders take turns in one process; the figures are
medians of 60 rounds. Every decoder gets the same chunks, every encoder ends with bytes, and respool's decoder makes
text the way the runtime's adapter tells it to.

${table}

Measured on ${machine}, ${date}, against ${versionsOf(["redis-parser", "@redis/client", "ioredis"])}. Repeat it with
\`npm install --prefix bench && deno run -A bench/resp/table.ts\`.

${end}`;
}

function write(section: string): void {
  const file = join(root, "docs", "benchmarks.md");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "# Benchmarks\n";
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  const whole = from < 0
    ? `${text.trimEnd()}\n\n${section}\n`
    : text.slice(0, from) + section + text.slice(to + end.length);
  writeFileSync(file, whole);
}

const { values } = parseArgs({ options: { write: { type: "boolean" }, cpu: { type: "string" } } });
const programs = getPrograms();
const section = toSection(toTable(programs, programs.map((program) => measure(program, values.cpu))));
if (values.write) write(section);
else console.log(section);
