/**
 * A distribution of durations at one instant.
 *
 * @module
 */
import type { Histogram } from "../base/histogram.ts";

/**
 * A distribution of durations as it was at one instant, in milliseconds; off by less than 3 %. Its fields are what one
 * usually wants to see, its methods read the rest.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 *
 * const pool = createPool();
 * const before = pool.stats();
 * await pool.use((lease) => lease.ping());
 * const { connect } = pool.stats();
 * console.log(connect.p99Ms, connect.countUpTo(10), connect.since(before.connect).count);
 * await pool.close();
 * ```
 */
export class Durations {
  /** How many there were. */
  readonly count: number;
  /** Their sum. */
  readonly sumMs: number;
  /** The shortest; 0 when there was none. */
  readonly minMs: number;
  /** The longest; 0 when there was none. */
  readonly maxMs: number;
  /** Half of them took no longer. */
  readonly p50Ms: number;
  /** Nine in ten took no longer. */
  readonly p90Ms: number;
  /** 99 in 100 took no longer. */
  readonly p99Ms: number;
  /** 999 in 1000 took no longer. */
  readonly p999Ms: number;
  readonly #histogram: Histogram;

  /** Takes a copy of what was recorded so far. */
  constructor(recorded: Histogram) {
    const histogram = recorded.copy();
    this.#histogram = histogram;
    this.count = histogram.count;
    this.sumMs = histogram.sumMs;
    this.minMs = histogram.minMs;
    this.maxMs = histogram.maxMs;
    this.p50Ms = histogram.percentileMs(50);
    this.p90Ms = histogram.percentileMs(90);
    this.p99Ms = histogram.percentileMs(99);
    this.p999Ms = histogram.percentileMs(99.9);
  }

  /**
   * The duration that `percent` of them do not exceed.
   *
   * @param percent Between 0 and 100.
   * @returns 0 when there was none.
   */
  percentileMs(percent: number): number {
    return this.#histogram.percentileMs(percent);
  }

  /** How many of them took at most `ms`, to the width of a bucket. */
  countUpTo(ms: number): number {
    return this.#histogram.countUpTo(ms);
  }

  /** The raw histogram: each bucket that is not empty, shortest first, as its upper bound and its count. */
  buckets(): [upToMs: number, count: number][] {
    return this.#histogram.buckets();
  }

  /**
   * What was added since an earlier look at the same distribution. The shortest and the longest are known to the width
   * of a bucket only.
   */
  since(earlier: Durations): Durations {
    const histogram = this.#histogram.copy();
    histogram.subtract(earlier.#histogram);
    return new Durations(histogram);
  }
}
