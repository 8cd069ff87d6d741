/**
 * From values to places on a chart.
 *
 * @module
 */

/** An axis. */
export interface Scale {
  /** The place of a value. */
  at(value: number): number;
  /** Values to mark, in order. */
  readonly ticks: readonly number[];
}

/** From zero to a round number that is not less than `greatest`. */
export function linear(greatest: number, start: number, end: number): Scale {
  const step = niceStep(greatest / 4);
  const top = Math.max(step, Math.ceil(greatest / step - 1e-9) * step);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, n) => n * step);
  return { at: (value) => start + value / top * (end - start), ticks };
}

/** 1, 2 or 5, times a power of ten. */
function niceStep(rough: number): number {
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * (1 - 1e-9))!;
}

/** Powers of ten around all values. */
export function logarithmic(values: readonly number[], start: number, end: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive)) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n));
  return { at: (value) => start + (Math.log10(value) - low) / (high - low) * (end - start), ticks };
}
