/**
 * How long to wait before the next try.
 *
 * @module
 */

/** The growth of the delay between tries. */
export interface BackoffOptions {
  /** The bound of the first delay, in milliseconds. */
  baseMs: number;
  /** What the bound never exceeds, in milliseconds. */
  maxMs: number;
  /** What the bound is multiplied with after each try. */
  factor: number;
  /** `"full"`: uniform between 0 and the bound, so that many clients spread out. `"none"`: the bound itself. */
  jitter: "full" | "none";
}

/**
 * Milliseconds to wait after the `failures`-th failure in a row.
 *
 * @param failures 1 after the first failure.
 * @param random Uniform in [0, 1).
 */
export function backoffMs(options: BackoffOptions, failures: number, random: () => number): number {
  // A large exponent gives Infinity, which the bound takes care of.
  const bound = Math.min(options.maxMs, options.baseMs * options.factor ** (failures - 1));
  return options.jitter === "full" ? random() * bound : bound;
}
