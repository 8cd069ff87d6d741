/**
 * The faults: every case by its number with what became of it, and every promised number beside its target.
 *
 * ```sh
 * deno task faults                          # cases and numbers, on Deno, Bun and Node
 * deno task faults --runtimes node --cases  # the cases alone, on one runtime
 * deno task faults --numbers                # the numbers alone
 * deno task faults --ledger --writes 1000000
 * deno task faults --compare                # ten cases against other clients, as docs/reliability.md shows them
 * deno task soak --minutes 10
 * ```
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { getRuntime, type Runtime, type RuntimeName, runtimeNames } from "../../tests/support/runtimes.ts";
import { runCases } from "./run_cases.ts";
import { runComparison } from "./run_comparison.ts";
import { runLedger, runNumbers, runSoak } from "./run_workers.ts";

const options = {
  runtimes: { type: "string" },
  cases: { type: "boolean", default: false },
  numbers: { type: "boolean", default: false },
  ledger: { type: "boolean", default: false },
  compare: { type: "boolean", default: false },
  soak: { type: "boolean", default: false },
  writes: { type: "string", default: "1000000" },
  minutes: { type: "string", default: "10" },
  seed: { type: "string", default: "1" },
  write: { type: "boolean", default: false },
} as const;

function chosen(
  names: string | undefined,
  fallback: readonly RuntimeName[],
): Runtime[] {
  const wanted = names?.split(",") ?? fallback;
  return wanted.map((name) => {
    const known = runtimeNames.find((runtime) => runtime === name);
    if (known === undefined) {
      throw new Error(
        `--runtimes takes ${runtimeNames.join(", ")}; not ${name}`,
      );
    }
    return getRuntime(known);
  });
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0`);
  return number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options });
  const seed = positive("seed", values.seed);
  if (values.soak) {
    return await runSoak(
      chosen(values.runtimes, ["node"]),
      positive("minutes", values.minutes),
      seed,
    );
  }
  const runtimes = chosen(values.runtimes, runtimeNames);
  if (values.compare) return await runComparison(runtimes, values.write);
  if (values.ledger) {
    return await runLedger(runtimes, positive("writes", values.writes), seed);
  }
  const isBoth = !values.cases && !values.numbers;
  const isCases = values.cases || isBoth ? await runCases(runtimes) : true;
  const isNumbers = values.numbers || isBoth ? await runNumbers(runtimes) : true;
  return isCases && isNumbers;
}

process.exitCode = await main() ? 0 : 1;
