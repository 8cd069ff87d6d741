/**
 * Connects a pool with OpenTelemetry.
 *
 * @module
 */
import { type Clock, systemClock } from "../base/clock.ts";
import { OptionReader } from "../base/option_checks.ts";
import { commandTime, operationBounds } from "./metric_table.ts";
import type { OtelHistogram, OtelMeter, OtelTracer } from "./otel_api.ts";
import { OtelCommands } from "./otel_commands.ts";
import { type MeasuredPool, readCounts, recordTimes } from "./otel_pool.ts";

/** Where a pool is told to. */
export interface InstrumentOptions {
  /** Takes its numbers. */
  meter?: OtelMeter;
  /** Makes a span of each command. */
  tracer?: OtelTracer;
  /**
   * How many commands a second get a span and have their time recorded; 0 is all of them. The others are counted, but
   * not told of, because that takes longer than a command does. Default 5000.
   */
  maxCommandsPerSecond?: number;
  /** Time. Default: the runtime's. */
  clock?: Clock;
}

/**
 * Tells OpenTelemetry of a pool: its counts, its times, its commands. The names are those of the conventions for
 * databases; no argument, key or credential is among what is told.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 * import { instrument, type OtelMeter, type OtelTracer } from "@respool/respool/otel";
 *
 * declare const metrics: { getMeter(name: string): OtelMeter }; // both from "@opentelemetry/api"
 * declare const trace: { getTracer(name: string): OtelTracer };
 *
 * const pool = createPool("redis://localhost:6379");
 * const stop = instrument(pool, { meter: metrics.getMeter("respool"), tracer: trace.getTracer("respool") });
 * await pool.set("greeting", "hello");
 * stop();
 * await pool.close();
 * ```
 *
 * @returns What ends it; the pool goes on.
 * @throws {ArgumentError} INVALID_OPTION with the option's name.
 */
export function instrument(pool: MeasuredPool, options: InstrumentOptions = {}): () => void {
  const read = new OptionReader(options, ["meter", "tracer", "maxCommandsPerSecond", "clock"]);
  const perSecond = read.int("maxCommandsPerSecond", 5000) || Infinity;
  const { meter, tracer, clock = systemClock } = options;
  const ends = meter === undefined ? [] : [readCounts(pool, meter), recordTimes(pool, meter)];
  if (meter !== undefined || tracer !== undefined) {
    const duration = meter && durationOf(meter);
    const commands = new OtelCommands(pool, { duration, tracer, perSecond, clock });
    ends.push(() => commands.stop());
  }
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

function durationOf(meter: OtelMeter): OtelHistogram {
  return meter.createHistogram(commandTime.name, {
    unit: "s",
    description: "How long commands took; a batch is one of them.",
    advice: { explicitBucketBoundaries: [...operationBounds] },
  });
}
