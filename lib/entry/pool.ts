/**
 * The pool alone, over any type of connection.
 *
 * @example
 * ```ts
 * import { Pool } from "@respool/respool/pool";
 *
 * let made = 0;
 * const pool = new Pool({ connect: () => Promise.resolve(++made), destroy: () => {} }, { maxSize: 2 });
 * console.log(await pool.use((lease) => lease.connection)); // 1
 * await pool.close();
 * ```
 *
 * @module
 */
export { Lease } from "../pool/lease.ts";
export { Pool } from "../pool/pool.ts";
export { Histogram } from "../base/histogram.ts";
export {
  AbortError,
  ArgumentError,
  BackpressureError,
  CircuitOpenError,
  ConnectError,
  LeaseError,
  PoolError,
  RedisError,
  TimeoutError,
} from "../errors.ts";

export type { BackoffOptions } from "../base/backoff.ts";
export type { CircuitOptions, CircuitState } from "../base/circuit_breaker.ts";
export type { Clock, Timer } from "../base/clock.ts";
export type { Linked } from "../base/linked_list.ts";
export type { ErrorFields, Phase } from "../errors.ts";
export type { Factory } from "../pool/factory.ts";
export type { LeaseOwner } from "../pool/lease.ts";
export type { Durations } from "../observability/durations.ts";
export type { LeakReport, PoolObserver } from "../observability/observer.ts";
export type { PoolCounts, PoolStats } from "../observability/stats.ts";
export type { PoolMetrics } from "../pool/metrics.ts";
export type { IdleFacts, PoolCircuitOptions, PoolOptions, TuningOptions } from "../pool/options.ts";
export type { AcquireOptions, ReserveOptions } from "../pool/pool.ts";
export type { Slot, SlotState } from "../pool/slot.ts";
