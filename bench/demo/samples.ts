/**
 * Every measured time of a workload; percentiles come from all of them, not from buckets.
 *
 * @module
 */

/** A growing list of durations in milliseconds. */
export class Samples {
  #values = new Float64Array(4096);
  #length = 0;
  #isSorted = true;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds one. */
  add(ms: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = ms;
    this.#isSorted = false;
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }

  /** The smallest sample that at least `share` of all samples (0.99 for p99) do not exceed; `NaN` without samples. */
  percentile(share: number): number {
    const values = this.#values.subarray(0, this.#length);
    if (!this.#isSorted) values.sort();
    this.#isSorted = true;
    return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? NaN;
  }
}
