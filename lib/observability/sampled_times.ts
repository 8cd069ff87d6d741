/**
 * The time of some operations, in place of that of all.
 *
 * @module
 */
import { Histogram } from "../base/histogram.ts";

/** One operation in so many has its time taken; a power of two. */
const sample = 64;

/** Takes the time of one operation in 64. */
export class SampledTimes {
  /** What was taken. */
  readonly histogram: Histogram = new Histogram();
  #seen = 0;

  /** Counts an operation. Returns whether its time is to be taken. */
  isDue(): boolean {
    return (++this.#seen & (sample - 1)) === 0;
  }
}
