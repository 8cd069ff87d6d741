/**
 * The numbers of pools in the text format of Prometheus.
 *
 * Names follow the rules by which OpenTelemetry is translated: dots become underscores, seconds and bytes are named,
 * counters end in `_total`. So one dashboard serves both exporters.
 *
 * @module
 */
import type { Durations } from "./durations.ts";
import {
  commandCounts,
  commandTime,
  type CountMetric,
  type Labels,
  poolCounts,
  poolLabel,
  poolTimes,
  timeBounds,
  type TimeMetric,
} from "./metric_table.ts";
import type { PoolStats, RedisPoolStats } from "./stats.ts";

/** What is read of a pool. */
export interface MeasuredPool {
  /** Its name, the value of a label. */
  readonly name: string;
  /** Its numbers now. */
  stats(): RedisPoolStats;
}

/** What a server tells in `Content-Type` when it sends this text. */
export const prometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/** A pool's numbers under a name that no other pool has. */
interface Named<S> {
  readonly name: string;
  readonly stats: S;
}

/**
 * Writes the numbers of pools as text that Prometheus scrapes. The pools' names are told apart by a number when they are
 * the same. Reading costs the pools nothing until then.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 * import { prometheusText } from "@respool/respool/prometheus";
 *
 * const pool = createPool("redis://localhost:6379", { name: "cache" });
 * await pool.ping();
 * console.log(prometheusText(pool).includes('db_client_connection_max{db_client_connection_pool_name="cache"} 10')); // true
 * await pool.close();
 * ```
 */
export function prometheusText(...pools: readonly MeasuredPool[]): string {
  if (pools.length === 0) return "";
  const redis = named(pools.map((pool) => ({ name: pool.name, stats: pool.stats() })));
  const all: Named<PoolStats>[] = redis.flatMap(({ name, stats }) =>
    stats.blocking === undefined
      ? [{ name, stats }]
      : [{ name, stats }, { name: `${name}/blocking`, stats: stats.blocking }]
  );
  const lines = [
    ...poolCounts.flatMap((metric) => countLines(metric, all)),
    ...commandCounts.flatMap((metric) => countLines(metric, redis)),
    ...Object.values(poolTimes).flatMap((metric) => timeLines(metric, all)),
    ...timeLines(commandTime, redis),
  ];
  return `${lines.join("\n")}\n`;
}

function named<S>(pools: readonly Named<S>[]): Named<S>[] {
  const seen = new Map<string, number>();
  return pools.map(({ name, stats }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { name: times === 1 ? name : `${name}#${times}`, stats };
  });
}

function countLines<S>(metric: CountMetric<S>, pools: readonly Named<S>[]): string[] {
  const name = prometheusName(metric);
  const lines = pools.flatMap(({ name: pool, stats }) =>
    metric.read(stats).map(([value, labels]) => `${name}${labelText({ [poolLabel]: pool, ...labels })} ${value}`)
  );
  return [...header(name, metric.description, metric.kind === "counter" ? "counter" : "gauge"), ...lines];
}

/** The name of a metric as Prometheus has it. */
export function prometheusName({ name, unit, kind }: Pick<CountMetric<never>, "name" | "unit" | "kind">): string {
  const suffix = unit === "s" ? "_seconds" : unit === "By" ? "_bytes" : "";
  return `${name.replaceAll(".", "_")}${suffix}${kind === "counter" ? "_total" : ""}`;
}

function timeLines<S>(metric: TimeMetric<S>, pools: readonly Named<S>[]): string[] {
  const name = prometheusName({ ...metric, unit: "s", kind: "gauge" });
  const lines = pools.flatMap(({ name: pool, stats }) =>
    histogramLines(name, { [poolLabel]: pool, ...metric.labels }, metric.read(stats), metric.readInstant?.(stats) ?? 0)
  );
  return [...header(name, metric.description, "histogram"), ...lines];
}

function histogramLines(name: string, own: Labels, times: Durations, instant: number): string[] {
  const bucket = (le: string, count: number) => `${name}_bucket${labelText({ ...own, le })} ${count}`;
  return [
    ...timeBounds.map((bound) => bucket(String(bound), times.countUpTo(bound * 1000) + instant)),
    bucket("+Inf", times.count + instant),
    `${name}_sum${labelText(own)} ${times.sumMs / 1000}`,
    `${name}_count${labelText(own)} ${times.count + instant}`,
  ];
}

function header(name: string, description: string, type: string): string[] {
  return [`# HELP ${name} ${description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name.replaceAll(".", "_")}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
