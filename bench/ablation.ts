/**
 * The ablation: a pool that works as redis-py 7.1.0's does, with each optimisation switched on alone and with all of
 * them, beside respool itself, on a real server.
 *
 * ```sh
 * deno run -A bench/ablation.ts --runtime deno,bun,node   # all of it, about three minutes a runtime
 * deno run -A bench/ablation.ts --quick                   # this runtime, about twenty seconds
 * ```
 *
 * Writes `bench/results/ablation-<runtime>.json` for each runtime and, from these files, the tables of
 * `docs/tuning.md`; a quick run only prints them.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure } from "./ablation/measure.ts";
import type { Result } from "./ablation/result.ts";
import { embed, toBlocks } from "./ablation/table.ts";
import { hideProgress } from "./demo/progress.ts";
import { pinned } from "./run/pinning.ts";
import { commandFor, findRuntime, thisRuntime } from "./run/programs.ts";

const here = fileURLToPath(import.meta.url);
const document = fileURLToPath(new URL("../docs/tuning.md", import.meta.url));
const kinds = ["deno", "bun", "node"];

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      runtime: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
    },
  });
  const { quick, runtime } = values;
  const rounds = Number(values.rounds ?? (quick ? 1 : 7));
  const seconds = Number(values.seconds ?? (quick ? 0.15 : 0.3));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error("--rounds takes a whole number from 1 up");
  }
  if (!(seconds > 0)) throw new Error("--seconds takes a number above 0");
  return { quick, runtimes: runtime?.split(","), rounds, seconds };
}

function resultFile(kind: string): string {
  return fileURLToPath(
    new URL(`./results/ablation-${kind}.json`, import.meta.url),
  );
}

async function main(): Promise<void> {
  const { quick, runtimes, rounds, seconds } = readOptions();
  if (runtimes !== undefined) {
    for (const name of runtimes) runOn(name, quick, rounds, seconds);
  } else {
    const result = await measure({ rounds, seconds }, showProgress);
    hideProgress();
    print(toBlocks([result]).join("\n\n"));
    if (!quick) {
      writeFileSync(
        resultFile(thisRuntime()),
        `${JSON.stringify(result, undefined, 1)}\n`,
      );
    }
  }
  if (!quick) publish();
}

/** Runs this file on a runtime, on the core of the clients. */
function runOn(
  name: string,
  quick: boolean,
  rounds: number,
  seconds: number,
): void {
  const args = [
    "--rounds",
    String(rounds),
    "--seconds",
    String(seconds),
    ...quick ? ["--quick"] : [],
  ];
  const [program, ...rest] = pinned(
    commandFor(findRuntime(name), here, args, false),
  );
  execFileSync(program!, rest, { stdio: "inherit" });
}

/** Makes the tables again from the files. */
function publish(): void {
  const files = kinds.map(resultFile).filter((file) => existsSync(file));
  const results = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Result);
  writeFileSync(document, embed(readFileSync(document, "utf8"), results));
}

function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what}\x1b[K`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
// Callers of the plain pool may still wait for a server that has come back long since.
process.exit();
