/** The suite itself, with the shortest rounds there are. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readReport } from "../../bench/report/report_file.ts";
import type { Report } from "../../bench/report/report.ts";
import { skipWithoutProgram } from "../support/matrix.ts";

const main = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));
const first = "Deno" in globalThis ? ["run", "-A", "--no-check", main] : [main];

/** Runs it on the runtime that runs this test; resolves to what it printed and wrote. */
async function bench(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ text: string; report: Report }> {
  const folder = mkdtempSync(join(tmpdir(), "respool-bench-"));
  const json = join(folder, "results", "mine.json");
  try {
    const text = await new Promise<string>((resolve, reject) => {
      const options = { env: { ...process.env, REDIS_URL: "", DRAGONFLY_URL: "", ...env } };
      execFile(process.execPath, [...first, ...args, "--json", json], options, (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`));
        else resolve(stdout);
      });
    });
    return { text, report: readReport(readFileSync(json, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const short = ["--rounds", "1", "--seconds", "0.05", "--clients", "respool,raw"];

test("the suite measures, prints and writes", { skip: skipWithoutProgram("redis") }, async () => {
  const { text, report } = await bench([...short, "--workloads", "sequential,lease-50"]);
  assert.match(text, /^sequential on (?:Deno|Bun|Node) [\d.]+ with Redis [\d.]+: one caller/m);
  assert.match(text, /^respool +\d/m);
  assert.deepEqual(
    report.tables.map(({ table: { workload, rows } }) => [workload, ...rows.map(({ client }) => client)]),
    [
      ["sequential", "respool", "raw"],
      ["lease-50", "respool"],
    ],
  );
  assert.deepEqual(report.notRun, []);
  for (const { family, table } of report.tables) {
    assert.equal(family, "load");
    assert.deepEqual(table.notRun, []);
  }
});

test("a server and a runtime that are missing are said to be not run, and end nothing", async () => {
  const args = [
    ...short,
    "--workloads",
    "sequential",
    "--servers",
    "dragonfly",
    "--runtimes",
    "/nowhere/node,deno,bun,node",
  ];
  const { text, report } = await bench(args, { PATH: "" });
  assert.match(text, /^dragonfly: not run, dragonfly is not on PATH and DRAGONFLY_URL is not set$/m);
  assert.ok(report.notRun.some(({ what }) => what === "/nowhere/node"));
  assert.deepEqual(report.tables, []);
});

test("what is not begun in time is said to be not run", { skip: skipWithoutProgram("redis") }, async () => {
  const { report } = await bench([...short, "--workloads", "sequential,concurrent-10", "--minutes", "0"]);
  assert.deepEqual(report.tables, []);
  assert.equal(report.notRun.length, 2);
  assert.match(report.notRun[0]!.what, /^sequential on /);
});

test("the suite tells what it can be asked for", async () => {
  const text = await new Promise<string>((resolve) => {
    execFile(process.execPath, [...first, "--help"], (_, stdout) => resolve(stdout));
  });
  for (const option of ["--quick", "--workloads", "--clients", "--servers", "--runtimes", "--json"]) {
    assert.ok(text.includes(option), option);
  }
});
