/**
 * The benchmark suite: respool, a bare socket and other clients at the same workloads, by turns.
 *
 * ```sh
 * deno task bench
 * deno task bench --quick --workloads concurrent-50,pipeline-100 --runtime deno,bun,node
 * bun bench/main.ts
 * node bench/main.ts        # Node 22.18 or later
 * ```
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { createPool } from "../mod.ts";
import { startRedis } from "../tests/support/servers.ts";
import { clients } from "./clients/catalogue.ts";
import { summarize } from "./report/summary.ts";
import { textTable } from "./report/text_table.ts";
import { contest, type Outcome } from "./run/contest.ts";
import { type BenchOptions, help, readOptions } from "./run/options.ts";
import { canPin, cores, pinServer } from "./run/pinning.ts";
import {
  findRuntime,
  type RuntimeProgram,
  thisRuntime,
} from "./run/programs.ts";
import { Progress } from "./run/progress.ts";
import { data, valueOf } from "./workloads/data.ts";
import { workloads } from "./workloads/workload.ts";

interface Result {
  readonly runtime: string;
  readonly workload: string;
  readonly outcomes: readonly Outcome[];
}

async function fill(url: string): Promise<void> {
  const pool = createPool(url);
  try {
    for (const { key, bytes } of Object.values(data)) {
      await pool.set(key, valueOf(bytes));
    }
  } finally {
    await pool.close();
  }
}

function clientsOn(
  runtime: RuntimeProgram,
  wanted: readonly string[],
): string[] {
  return clients.filter(({ name, only }) =>
    wanted.includes(name) && (only ?? runtime.kind) === runtime.kind
  )
    .map(({ name }) => name);
}

async function run(options: BenchOptions): Promise<Result[]> {
  const runtimes = options.runtimes.map(findRuntime);
  const server = await startRedis();
  try {
    pinServer(server.pid);
    await fill(server.url);
    console.log(
      `server   ${server.name} ${server.version}${
        canPin ? `, core ${cores.server}` : ""
      }`,
    );
    return await runAll(options, runtimes, server);
  } finally {
    await server.stop();
  }
}

async function runAll(
  options: BenchOptions,
  runtimes: readonly RuntimeProgram[],
  server: { host: string; port: number },
): Promise<Result[]> {
  const names = runtimes.map((runtime) => clientsOn(runtime, options.clients));
  const turns = names.flat().length * (options.rounds + 1) *
    options.workloads.length;
  const progress = new Progress(turns);
  const { rounds, seconds } = options;
  const results: Result[] = [];
  for (const [i, runtime] of runtimes.entries()) {
    for (const workload of options.workloads) {
      const onRound = (client: string) =>
        progress.step(`${runtime.title} ${workload} ${client}`);
      const outcomes = await contest(names[i]!, {
        runtime,
        workload,
        server,
        rounds,
        seconds,
        onRound,
      });
      progress.hide();
      results.push({ runtime: runtime.title, workload, outcomes });
      const { title } = workloads.find(({ name }) => name === workload)!;
      console.log(`\n${workload} on ${runtime.title}: ${title}\n`);
      console.log(textTable(summarize(outcomes, clients)));
    }
  }
  return results;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), thisRuntime());
  if (options === undefined) return console.log(help);
  const results = await run(options);
  if (options.json !== undefined) {
    writeFileSync(options.json, JSON.stringify(results, null, 2) + "\n");
  }
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof Error ? `${error.name}: ${error.message}` : error,
  );
  process.exitCode = 1;
}
