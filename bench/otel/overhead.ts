/**
 * What the exporters cost: the processor time of a command of a pool that nobody observes against that of the same pool
 * with the real SDKs of OpenTelemetry behind it, and with pages for Prometheus. The pools stay and take turns; what is
 * collected is collected in each turn. Of each the quietest quarter counts, so that what else the machine does decides
 * little.
 *
 * ```sh
 * deno run -A bench/otel/overhead.ts
 * bun bench/otel/overhead.ts
 * node bench/otel/overhead.ts       # Node 22.18 or later
 * ```
 *
 * @module
 */
import process from "node:process";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { runCallers } from "../../lib/doctor/load.ts";
import { instrument } from "../../lib/entry/otel.ts";
import { prometheusText } from "../../lib/entry/prometheus.ts";
import { createPool } from "../../mod.ts";
import { startOpenTelemetry } from "../../tests/observability/opentelemetry.ts";
import { ensureTools } from "../../tests/support/tools.ts";
import { findTool } from "../../tests/support/tools.ts";
import { chooseServer } from "../demo/server.ts";
import { table } from "../demo/table.ts";

const rounds = 13;
const durationMs = 200;

/** Begins to observe a pool; returns what is done with what was collected at the end of each turn. */
type Variant = (pool: RedisPool) => () => unknown;

const variants: Readonly<Record<string, Variant>> = {
  "nobody observes": () => () => {},
  "nobody observes, again": () => () => {},
  "Prometheus": (pool) => () => prometheusText(pool),
  "OpenTelemetry, metrics": (pool) => collecting(pool, false),
  "OpenTelemetry, metrics and spans": (pool) => collecting(pool, true),
  "OpenTelemetry, every command": (pool) => collecting(pool, true, 1),
};

function collecting(pool: RedisPool, traces: boolean, share = 0.01): () => Promise<unknown> {
  const { meter, tracer, collect, spans } = startOpenTelemetry();
  instrument(pool, { meter, share, ...(traces && { tracer }) });
  return () => collect().then(spans);
}

/** A pool that is observed, and what its turns came to: microseconds of processor time a command. */
interface Contestant {
  readonly name: string;
  readonly pool: RedisPool;
  readonly collect: () => unknown;
  readonly costs: number[];
}

async function open(url: string): Promise<Contestant[]> {
  return await Promise.all(
    Object.entries(variants).map(async ([name, begin]) => {
      const pool = createPool(url);
      await pool.ready();
      return { name, pool, collect: begin(pool), costs: [] };
    }),
  );
}

async function takeTurns(contestants: readonly Contestant[], callers: number): Promise<void> {
  for (let round = -2; round < rounds; round++) {
    for (const { pool, collect, costs } of contestants) {
      const before = process.cpuUsage();
      const { count } = await runCallers(() => pool.get("respool:overhead"), { callers, durationMs });
      await collect();
      const { user, system } = process.cpuUsage(before);
      // The first rounds warm everything up.
      if (round >= 0) costs.push((user + system) / count);
    }
  }
}

/** What a quarter of the turns did not exceed. */
function quiet(costs: readonly number[]): number {
  return costs.toSorted((a, b) => a - b)[costs.length >> 2] ?? NaN;
}

function rowsOf(contestants: readonly Contestant[]): string[][] {
  const plain = quiet(contestants.slice(0, 2).flatMap(({ costs }) => costs));
  return contestants.map(({ name, costs }) => {
    const more = 100 * (quiet(costs) / plain - 1);
    return [name, `${quiet(costs).toFixed(2)} µs`, `${more.toFixed(1)} %`];
  });
}

if (findTool("opentelemetry") === undefined) ensureTools();
const server = await chooseServer();
try {
  for (const callers of [50, 1000]) {
    const contestants = await open(server.url);
    try {
      await takeTurns(contestants, callers);
      console.log(`${table([[`${callers} callers`, "a command", "more by"], ...rowsOf(contestants)])}\n`);
    } finally {
      for (const { pool } of contestants) await pool.destroy();
    }
  }
} finally {
  await server.stop();
}
