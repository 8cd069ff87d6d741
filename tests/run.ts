/**
 * The `test` task: runs the same tests on Deno, Bun and Node against real servers and adds up what became of them.
 *
 * ```sh
 * deno task test                          # everything
 * deno task test --only bun,node          # some runtimes
 * deno task test tests/pool connection_   # files whose path holds one of these
 * ```
 *
 * @module
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ensureDebianServers } from "./support/debian_servers.ts";
import { ensureRedis } from "./support/install_redis.ts";
import { report } from "./support/report.ts";
import { runTests, type RuntimeResult } from "./support/run_tests.ts";
import { getRuntime, root, type Runtime, type RuntimeName, runtimeNames } from "./support/runtimes.ts";
import { ensureTools } from "./support/tools.ts";

/** Paths from the root, each starting with `./`, so that no runner takes one for a pattern. */
function findTests(filters: readonly string[]): string[] {
  return readdirSync(join(root, "tests"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith("_test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .map((path) => `./${path}`).sort();
}

function chosenRuntimes(only: string | undefined): readonly RuntimeName[] {
  if (only === undefined) return runtimeNames;
  return only.split(",").map((name) => {
    const known = runtimeNames.find((runtime) => runtime === name);
    if (known === undefined) throw new Error(`--only takes ${runtimeNames.join(", ")}; not ${name}`);
    return known;
  });
}

/** The runtimes that are there, and for each other one the reason. */
function getRuntimes(names: readonly RuntimeName[]): { there: Runtime[]; notRun: Map<RuntimeName, string> } {
  const there: Runtime[] = [];
  const notRun = new Map<RuntimeName, string>();
  for (const name of names) {
    try {
      there.push(getRuntime(name));
    } catch (error) {
      notRun.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return { there, notRun };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { only: { type: "string" } }, allowPositionals: true });
  const files = findTests(positionals);
  if (files.length === 0) throw new Error("no test file matches");
  ensureRedis();
  ensureDebianServers();
  ensureTools();
  const { there, notRun } = getRuntimes(chosenRuntimes(values.only));
  const folder = mkdtempSync(join(tmpdir(), "respool-tests-"));
  try {
    const results: RuntimeResult[] = [];
    for (const runtime of there) {
      console.log(`${runtime.name} ${runtime.version}: running ${files.length} files`);
      results.push(await runTests(runtime, files, folder));
    }
    const read = (name: string) => existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
    const texts = { record: read("servers.jsonl"), cells: read("cells.jsonl"), notes: read("notes.txt") };
    const { text, failed } = report({ results, notRun, ...texts, ci: Boolean(process.env.CI) });
    console.log(text);
    return failed === 0 && results.length > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
