/**
 * Metrics and traces for OpenTelemetry, without a dependency on it.
 *
 * @module
 */
export { instrument } from "../observability/otel_instrument.ts";
export { ArgumentError, RedisError } from "../errors.ts";

export type { CircuitState } from "../base/circuit_breaker.ts";
export type { Clock, Timer } from "../base/clock.ts";
export type { ErrorFields, Phase } from "../errors.ts";
export type { Durations } from "../observability/durations.ts";
export type { LeakReport, PoolObserver, RedisObserver } from "../observability/observer.ts";
export type {
  OtelAttributes,
  OtelCallback,
  OtelHistogram,
  OtelInstrumentOptions,
  OtelMeter,
  OtelObservable,
  OtelObservableResult,
  OtelSpan,
  OtelTracer,
} from "../observability/otel_api.ts";
export type { InstrumentOptions } from "../observability/otel_instrument.ts";
export type { MeasuredPool } from "../observability/otel_pool.ts";
export type { CommandOutcomes, PoolCounts, PoolStats, RedisPoolStats } from "../observability/stats.ts";
export type { CommandTrace, Trace, TraceTarget } from "../observability/trace.ts";
