/**
 * What the exporters cost: the processor time of a command of a pool that nobody observes against that of the same pool
 * with the real SDKs of OpenTelemetry behind it, and with a page for Prometheus written every second. The variants take
 * turns. Processor time, because what else the machine does takes none of it.
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

const rounds = 9;
const durationMs = 200;

/** Begins to observe a pool; returns what ends it. */
type Variant = (pool: RedisPool) => () => void;

const variants: Readonly<Record<string, Variant>> = {
  "nobody observes": () => () => {},
  "nobody observes, again": () => () => {},
  "Prometheus, one page a second": (pool) => {
    const timer = setInterval(() => prometheusText(pool), 1000);
    return () => clearInterval(timer);
  },
  "OpenTelemetry, metrics": (pool) => collecting(pool, false),
  "OpenTelemetry, metrics and spans": (pool) => collecting(pool, true),
  "OpenTelemetry, every command": (pool) => collecting(pool, true, 1),
};

function collecting(
  pool: RedisPool,
  traces: boolean,
  share = 0.05,
): () => void {
  const { meter, tracer, collect, spans } = startOpenTelemetry();
  const stop = instrument(pool, { meter, share, ...(traces && { tracer }) });
  const timer = setInterval(() => void collect().then(spans), 1000);
  return () => {
    clearInterval(timer);
    stop();
  };
}

/** The microseconds of processor time that a command took with each variant, one a round. */
async function measure(
  url: string,
  callers: number,
): Promise<Map<string, number[]>> {
  const costs = new Map<string, number[]>(
    Object.keys(variants).map((name) => [name, []]),
  );
  for (let round = -1; round < rounds; round++) {
    for (const [name, begin] of Object.entries(variants)) {
      const pool = createPool(url);
      await pool.ready();
      const stop = begin(pool);
      const before = process.cpuUsage();
      const { count } = await runCallers(() => pool.get("respool:overhead"), {
        callers,
        durationMs,
      });
      const { user, system } = process.cpuUsage(before);
      // The first round warms everything up.
      if (round >= 0) costs.get(name)!.push((user + system) / count);
      stop();
      await pool.destroy();
    }
  }
  return costs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

if (findTool("opentelemetry") === undefined) ensureTools();
const server = await chooseServer();
try {
  for (const callers of [50, 1000]) {
    const costs = await measure(server.url, callers);
    const plain = costs.get("nobody observes")!;
    const rows = [...costs].map(([name, own]) => {
      const more = own.map((cost, round) => 100 * (cost / plain[round]! - 1));
      return [
        name,
        `${median(own).toFixed(2)} µs`,
        `${median(more).toFixed(1)} %`,
      ];
    });
    console.log(
      table([[`${callers} callers`, "a command", "more by"], ...rows]),
      "\n",
    );
  }
} finally {
  await server.stop();
}
