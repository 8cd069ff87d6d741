/**
 * Numbers of a pool as a test wants them.
 *
 * @module
 */
import { Histogram } from "../../lib/base/histogram.ts";
import { Durations } from "../../lib/observability/durations.ts";
import type { RedisPoolStats } from "../../lib/observability/stats.ts";
import { createPool } from "../../mod.ts";

/** A distribution of these durations in milliseconds. */
export function durations(...ms: readonly number[]): Durations {
  const histogram = new Histogram();
  for (const each of ms) histogram.record(each);
  return new Durations(histogram);
}

/** The numbers of a pool that did nothing, but for these. */
export function numbers(changed: Partial<RedisPoolStats> = {}): RedisPoolStats {
  return { ...createPool({ host: "localhost" }).stats(), ...changed };
}
