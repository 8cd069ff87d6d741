/**
 * Runs test files on one runtime and counts what became of them.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { readJunit, type TestCase } from "./junit.ts";
import { root, type Runtime, testArguments } from "./runtimes.ts";

/** What became of the tests on one runtime. */
export interface RuntimeResult {
  /** Name and version. */
  readonly runtime: string;
  /** Every test, in the order of the report. */
  readonly cases: readonly TestCase[];
  /** How long it took. */
  readonly elapsedMs: number;
  /** Everything the runner wrote, for when something failed. */
  readonly output: string;
}

const timeLimitMs = 10 * 60_000;

/** Runs test files on a runtime; `folder` takes the report and the records of servers and cells. */
export async function runTests(runtime: Runtime, files: readonly string[], folder: string): Promise<RuntimeResult> {
  const report = join(folder, `${runtime.name}.xml`);
  const startedAt = performance.now();
  const { code, output } = await run(runtime.path, testArguments(runtime.name, files, report), {
    ...process.env,
    DENO_JOBS: "2",
    NO_COLOR: "1",
    RESPOOL_SERVER_RECORD: join(folder, "servers.jsonl"),
    RESPOOL_CELL_RECORD: join(folder, "cells.jsonl"),
    RESPOOL_NOTES: join(folder, "notes.txt"),
    RESPOOL_DENO: process.execPath,
  });
  const cases = existsSync(report) ? readJunit(readFileSync(report, "utf8")) : [];
  return {
    runtime: `${runtime.name} ${runtime.version}`,
    cases: withRunner(cases, code),
    elapsedMs: performance.now() - startedAt,
    output,
  };
}

/** A runner that failed without a failed test, or that ran nothing, is itself the test that failed. */
export function withRunner(cases: readonly TestCase[], code: number | string): readonly TestCase[] {
  const failed = cases.some(({ result }) => result === "failed");
  if (!failed && code !== 0) return [...cases, runnerFailed(`the runner ended with ${code}`)];
  if (cases.length === 0) return [runnerFailed("no test ran")];
  return cases;
}

function runnerFailed(reason: string): TestCase {
  return { name: "the test runner itself", file: "", result: "failed", reason };
}

/** Runs a program to its end, which is forced after the time limit or when we are told to end ourselves. */
function run(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | string; output: string }> {
  // In a process group of its own, so that its children can be ended with it.
  const child = spawn(path, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => process.kill(-child.pid!, "SIGKILL");
  const interrupt = () => {
    end();
    process.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => output += text);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      output += `\nended after ${timeLimitMs / 60_000} minutes\n`;
      end();
    }, timeLimitMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      for (const name of signals) process.off(name, interrupt);
      resolve({ code: code ?? signal ?? "no code", output });
    });
  });
}
