/**
 * The demo: warms a pool, runs five workloads, prints one table and the pool's own numbers.
 *
 * ```sh
 * deno task demo
 * deno run -A bench/demo.ts --seconds 5
 * bun bench/demo.ts
 * node bench/demo.ts        # Node 22.18 or later
 * ```
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import type { RedisPool } from "../lib/client/redis_pool.ts";
import { createPool } from "../mod.ts";
import { measure, type Measured } from "./demo/load.ts";
import { hideProgress, showProgress } from "./demo/progress.ts";
import { chooseServer, type DemoServer } from "./demo/server.ts";
import { flatten, grouped, table } from "./demo/table.ts";

interface Workload {
  readonly name: string;
  readonly callers: number;
  /** Commands in one call: more than one is a pipeline. */
  readonly batch: number;
}

const workloads: readonly Workload[] = [
  { name: "sequential", callers: 1, batch: 1 },
  { name: "concurrent-10", callers: 10, batch: 1 },
  { name: "concurrent-50", callers: 50, batch: 1 },
  { name: "pipeline-50", callers: 1, batch: 50 },
  { name: "pipeline-100", callers: 1, batch: 100 },
];

function readSeconds(): number {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "2" } } });
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) throw new Error("--seconds takes a number above 0, up to 3600");
  return seconds;
}

function runtimeName(): string {
  const { deno, bun, node } = process.versions as Record<string, string | undefined>;
  return deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${node}`;
}

/** What the server says it is, and how it was come by. */
async function describe(pool: RedisPool, { kind, origin }: DemoServer): Promise<string> {
  // It says that it is a Redis, for the sake of clients that look.
  if (kind === "in-memory") return origin;
  const info = String(await pool.send(["INFO", "server"]));
  const own = /(valkey|dragonfly)_version:\D*(\S+)/.exec(info);
  const version = /redis_version:(\S+)/.exec(info)?.[1] ?? "of an unknown version";
  return `${own ? `${own[1]} ${own[2]}` : `redis ${version}`}, ${origin}`;
}

function operation(pool: RedisPool, key: string, batch: number): () => Promise<unknown> {
  if (batch === 1) return () => pool.get(key);
  return () => {
    const pipeline = pool.pipeline();
    for (let i = 0; i < batch; i++) pipeline.get(key);
    return pipeline.exec();
  };
}

async function runWorkloads(pool: RedisPool, seconds: number): Promise<string[][]> {
  // Of this run alone, and gone by itself should the run be cut off.
  const key = `respool:demo:${process.pid}:${Date.now()}`;
  await pool.set(key, "nine byte", "EX", Math.ceil(seconds * workloads.length) + 60);
  try {
    const rows: string[][] = [];
    for (const { name, callers, batch } of workloads) {
      const onProgress = (share: number) => showProgress(name, share);
      const measured = await measure(operation(pool, key, batch), { callers, seconds, onProgress });
      rows.push([name, ...figures(measured, batch)]);
    }
    return rows;
  } finally {
    hideProgress();
    await pool.del(key);
  }
}

function figures({ calls, elapsedMs, samples }: Measured, batch: number): string[] {
  const percentiles = [0.5, 0.95, 0.99].map((share) => `${samples.percentile(share).toFixed(3)} ms`);
  return [grouped(calls * batch / elapsedMs * 1000), ...percentiles];
}

async function main(): Promise<void> {
  const seconds = readSeconds();
  const server = await chooseServer();
  try {
    const pool = createPool(server.url, { maxSize: 10, minIdle: 4 });
    try {
      await demo(pool, seconds, server);
    } finally {
      await pool.close();
    }
  } finally {
    await server.stop();
  }
}

async function demo(pool: RedisPool, seconds: number, server: DemoServer): Promise<void> {
  const startedAt = performance.now();
  await pool.ready();
  const warmMs = performance.now() - startedAt;
  console.log(`runtime  ${runtimeName()}`);
  console.log(`server   ${await describe(pool, server)}`);
  console.log(`pool     warm after ${warmMs.toFixed(1)} ms\n`);
  const rows = await runWorkloads(pool, seconds);
  console.log(table([["workload", "ops/s", "p50", "p95", "p99"], ...rows]));
  console.log("\nGET of nine bytes; the percentiles are per call, and a pipeline is one call.");
  console.log(`\npool statistics\n${table(flatten(pool.stats()))}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
