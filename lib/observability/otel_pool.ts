/**
 * The numbers of a pool as instruments of OpenTelemetry: counts are read when somebody asks, times are recorded as they
 * are measured.
 *
 * @module
 */
import type { RedisObserver } from "./observer.ts";
import {
  commandCounts,
  type CountMetric,
  poolCounts,
  poolLabel,
  poolTimes,
  timeBounds,
  type TimeMetric,
} from "./metric_table.ts";
import type { OtelHistogram, OtelMeter, OtelObservable, OtelObservableResult } from "./otel_api.ts";
import { labelOf } from "./labels.ts";
import type { PoolStats, RedisPoolStats } from "./stats.ts";

/** A pool that is measured. */
export interface MeasuredPool {
  /** Its name, the value of an attribute. */
  readonly name: string;
  /** Its numbers now. */
  stats(): RedisPoolStats;
  /** Has an observer told of what happens; returns what ends it. */
  observe(observer: RedisObserver): () => void;
}

/** Has the pool's counts read whenever the meter's reader asks. Returns what ends it. */
export function readCounts(pool: MeasuredPool, meter: OtelMeter): () => void {
  const forPools = poolCounts.map((metric) => [metric, instrumentOf(meter, metric)] as const);
  const forCommands = commandCounts.map((metric) => [metric, instrumentOf(meter, metric)] as const);
  const instruments = [...forPools, ...forCommands].map(([, instrument]) => instrument);
  const read = (result: OtelObservableResult) => {
    const stats = pool.stats();
    tell(result, forPools, stats, pool.name);
    tell(result, forCommands, stats, pool.name);
    if (stats.blocking !== undefined) tell(result, forPools, stats.blocking, `${pool.name}/blocking`);
  };
  meter.addBatchObservableCallback(read, instruments);
  return () => meter.removeBatchObservableCallback(read, instruments);
}

function instrumentOf(meter: OtelMeter, { name, kind, unit, description }: CountMetric<never>): OtelObservable {
  const options = { unit, description };
  switch (kind) {
    case "counter":
      return meter.createObservableCounter(name, options);
    case "upDownCounter":
      return meter.createObservableUpDownCounter(name, options);
    case "gauge":
      return meter.createObservableGauge(name, options);
  }
}

function tell<S>(
  result: OtelObservableResult,
  metrics: readonly (readonly [CountMetric<S>, OtelObservable])[],
  stats: S,
  pool: string,
): void {
  for (const [metric, instrument] of metrics) {
    for (const [value, labels] of metric.read(stats)) {
      result.observe(instrument, value, { [poolLabel]: pool, ...labels });
    }
  }
}

/** Has the pool's times recorded. Returns what ends it. */
export function recordTimes(pool: MeasuredPool, meter: OtelMeter): () => void {
  const create = histogramOf(meter, poolTimes.create);
  const wait = histogramOf(meter, poolTimes.wait);
  const use = histogramOf(meter, poolTimes.use);
  const own = { [poolLabel]: pool.name };
  return pool.observe({
    connect: (elapsedMs) => create.record(elapsedMs / 1000, own),
    acquire: (waitMs) => wait.record(waitMs / 1000, own),
    acquireFailed: (error, waitMs) => {
      if (labelOf(error) === "POOL_TIMEOUT") wait.record(waitMs / 1000, own);
    },
    release: (heldMs) => use.record(heldMs / 1000, own),
  });
}

function histogramOf(meter: OtelMeter, { name, description }: TimeMetric<PoolStats>): OtelHistogram {
  return meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries: [...timeBounds] } });
}
