/**
 * Quantiles of histograms with cumulative buckets, as Prometheus estimates them.
 *
 * @module
 */

/** A bucket: how many are at most `bound`. */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/**
 * The value that a share of all do not exceed, assumed to be spread evenly within its bucket; beyond the last finite
 * bound it is that bound.
 *
 * @returns `NaN` when there are none.
 */
export function quantile(share: number, buckets: readonly Bucket[]): number {
  const sorted = buckets.toSorted((a, b) => a.bound - b.bound);
  const total = sorted.at(-1)?.count ?? 0;
  if (total === 0) return NaN;
  const rank = share * total;
  const at = sorted.findIndex(({ count }) => count >= rank);
  const below = sorted[at - 1] ?? { bound: 0, count: 0 };
  const { bound, count } = sorted[at]!;
  if (bound === Infinity) return below.bound;
  return count === below.count ? bound : below.bound +
    (bound - below.bound) * (rank - below.count) / (count - below.count);
}
