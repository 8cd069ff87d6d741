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
   * The share of the time that may be spent on telling of commands, from 0 to 1; what the pool does for it takes about
   * as long again. What is beyond it, and beyond a hundred commands, has no span and no recorded time until the next
   * tenth of a second begins; it is counted all the same. 1 tells of every command, which takes longer than the commands
   * do. Default 0.01.
   */
  share?: number;
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
  const read = new OptionReader(options, ["meter", "tracer", "share", "clock"]);
  const share = read.number("share", 0.01, { min: 0, max: 1 });
  const { meter, tracer, clock = systemClock } = options;
  const ends = meter === undefined ? [] : [readCounts(pool, meter), recordTimes(pool, meter)];
  if (meter !== undefined || tracer !== undefined) {
    const duration = meter && durationOf(meter);
    const commands = new OtelCommands(pool, { duration, tracer, share, clock });
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
