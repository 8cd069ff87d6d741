/** A number that the library promises, and how it is measured. */

/** What a measurement brought. */
export interface Measured {
  /** The number with its unit. */
  readonly value: string;
  /** Whether the target is met. */
  readonly isMet: boolean;
}

/** One promised number. */
export interface Quantity {
  /** What it is. */
  readonly title: string;
  /** What is promised. */
  readonly target: string;
  /** Measures it once. */
  measure(): Promise<Measured>;
}

/** What a worker prints of one. */
export interface QuantityLine extends Measured {
  readonly title: string;
  readonly target: string;
}

/** A time that must not be longer than another. */
export function atMostMs(ms: number, mostMs: number): Measured {
  return { value: `${Math.round(ms)} ms`, isMet: ms <= mostMs };
}

/** The value below which such a share of all values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  ]!;
}
