/**
 * The numbers of pools for Prometheus.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 * import { prometheusContentType, prometheusText } from "@respool/respool/prometheus";
 *
 * const pool = createPool();
 * export default {
 *   fetch: () => new Response(prometheusText(pool), { headers: { "content-type": prometheusContentType } }),
 * };
 * ```
 *
 * @module
 */
export { prometheusContentType, prometheusText } from "../observability/prometheus_text.ts";

export type { CircuitState } from "../base/circuit_breaker.ts";
export type { Durations } from "../observability/durations.ts";
export type { MeasuredPool } from "../observability/prometheus_text.ts";
export type { CommandOutcomes, PoolCounts, PoolStats, RedisPoolStats } from "../observability/stats.ts";
