/**
 * The bytes of a string that spans chunks. Memory follows what arrived, never what a header announced.
 *
 * @module
 */

const none: Uint8Array = new Uint8Array(0);
const smallestSegment = 4096;
const largestSegment = 1_048_576;

/** Collects bytes in segments. */
export class ByteParts {
  /** Bytes collected so far. */
  length = 0;

  /** Full segments; together with `#last` they are the string. */
  readonly #segments: Uint8Array[] = [];
  #last: Uint8Array = none;
  #used = 0;

  /**
   * Copies the bytes of `buffer` from `from` up to `to`.
   *
   * @param left How many bytes are to come, these among them, as far as is known.
   */
  add(buffer: Uint8Array, from: number, to: number, left: number): void {
    for (let at = from; at < to;) {
      if (this.#used === this.#last.length) this.#grow(left - (at - from));
      const count = Math.min(to - at, this.#last.length - this.#used);
      this.#last.set(buffer.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
    }
    this.length += to - from;
  }

  /** The string; nobody else holds its bytes. */
  end(): Uint8Array {
    if (this.#segments.length === 0 && this.#used === this.#last.length) {
      return this.#last;
    }
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const segment of this.#segments) {
      whole.set(segment, at);
      at += segment.length;
    }
    whole.set(this.#last.subarray(0, this.#used), at);
    return whole;
  }

  /** A string of one announced part gets its exact size; one of many small parts gets segments that grow with it. */
  #grow(left: number): void {
    if (this.#used > 0) this.#segments.push(this.#last);
    const size = Math.max(left, Math.min(this.length, largestSegment), this.length > 0 ? smallestSegment : 0);
    this.#last = new Uint8Array(Math.min(size, largestSegment));
    this.#used = 0;
  }
}
