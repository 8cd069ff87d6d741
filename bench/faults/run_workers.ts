/** Programs that measure on one runtime each: promised numbers, the ledger, the soak. */
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../../tests/support/runtimes.ts";
import type { QuantityLine } from "./quantity.ts";

/** Runs a file of this folder on a runtime and hands on each line of JSON that it prints. Returns its exit code. */
export async function runWorker<T>(
  { name, path }: Runtime,
  file: string,
  args: readonly (string | number)[],
  onLine: (line: T) => void,
): Promise<number | null> {
  const run = name === "deno" ? ["run", "-A", "--no-check"] : [];
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(path, [...run, script, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    onLine(JSON.parse(line) as T);
  }
  process.off("exit", end);
  return await ended;
}

/** Measures every promised number and prints it beside its target. Returns whether all targets are met. */
export async function runNumbers(
  runtimes: readonly Runtime[],
): Promise<boolean> {
  let isMet = true;
  for (const runtime of runtimes) {
    console.log(`\n${runtime.name} ${runtime.version}: promised numbers`);
    const code = await runWorker<QuantityLine>(
      runtime,
      "quantities_worker.ts",
      [],
      (line) => {
        isMet &&= line.isMet;
        console.log(
          `  ${line.isMet ? "met   " : "MISSED"}  ${line.title}: ${line.value}; target ${line.target}`,
        );
      },
    );
    isMet &&= code === 0;
  }
  return isMet;
}

/** Keeps the ledger for so many writes. Returns whether every book was exact. */
export async function runLedger(
  runtimes: readonly Runtime[],
  writes: number,
  seed: number,
): Promise<boolean> {
  let isExact = true;
  for (const runtime of runtimes) {
    console.log(
      `\n${runtime.name} ${runtime.version}: at least ${writes} writes while everything goes wrong`,
    );
    const code = await runWorker(
      runtime,
      "ledger_worker.ts",
      [writes, seed],
      (line) => {
        console.log(
          JSON.stringify(line, undefined, 1).replaceAll(/[\n ]+/g, " "),
        );
        console.log(
          "every acknowledged write is there, none twice, and no error said the untrue",
        );
      },
    );
    isExact &&= code === 0;
  }
  return isExact;
}

/** Lives with faults for so many minutes on each runtime. Returns whether ledger, heap and handles stayed right. */
export async function runSoak(
  runtimes: readonly Runtime[],
  minutes: number,
  seed: number,
): Promise<boolean> {
  let isWell = true;
  for (const runtime of runtimes) {
    console.log(
      `\n${runtime.name} ${runtime.version}: ${minutes} minutes with five faults each`,
    );
    const code = await runWorker(
      runtime,
      "soak_worker.ts",
      [minutes, seed],
      (line) => {
        console.log(JSON.stringify(line));
      },
    );
    isWell &&= code === 0;
  }
  console.log(
    isWell ? "the ledger is exact, the heap does not grow, handles are flat" : "NOT WELL",
  );
  return isWell;
}
