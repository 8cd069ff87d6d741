/**
 * The bytes of a bulk string that spans chunks. Memory follows what arrived, never what a header announced.
 *
 * @module
 */
import { decodeText } from "./text.ts";

const segmentSize = 1_048_576;

/** Collects the bytes of one bulk string. */
export class BulkParts {
  /** Bytes that the current header announced and that have not come yet. */
  left: number;
  /** The type byte the string began with. */
  readonly type: number;
  /** Whether it comes in chunks, each with its own header, until an empty one. */
  readonly streamed: boolean;
  /** Whether the next thing due is a chunk's header. */
  headerIsDue: boolean;
  /** Bytes collected so far. */
  length = 0;

  /** Full segments; together with `#last` they are the string. */
  readonly #segments: Uint8Array[] = [];
  #last: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Starts a string whose header announced `length` bytes, or a streamed one. */
  constructor(type: number, length: number, streamed: boolean) {
    this.type = type;
    this.left = length;
    this.streamed = streamed;
    this.headerIsDue = streamed;
  }

  /** Copies bytes that belong to the string: at most `left` of those between `start` and `end`. Returns how many. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const stop = Math.min(end, start + this.left);
    for (let from = start; from < stop;) {
      if (this.#used === this.#last.length) this.#grow();
      const count = Math.min(stop - from, this.#last.length - this.#used);
      this.#last.set(bytes.subarray(from, from + count), this.#used);
      this.#used += count;
      this.left -= count;
      from += count;
    }
    this.length += stop - start;
    return stop - start;
  }

  /** The string as bytes that nobody else holds. */
  bytes(): Uint8Array {
    if (this.#segments.length === 0 && this.#used === this.#last.length) return this.#last;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const segment of this.#segments) {
      whole.set(segment, at);
      at += segment.length;
    }
    whole.set(this.#last.subarray(0, this.#used), at);
    return whole;
  }

  /** The string as text. */
  text(): string {
    if (this.#segments.length === 0) return decodeText(this.#last, 0, this.#used);
    const whole = this.bytes();
    return decodeText(whole, 0, whole.length);
  }

  #grow(): void {
    if (this.#used > 0) this.#segments.push(this.#last);
    this.#last = new Uint8Array(Math.min(this.left, segmentSize));
    this.#used = 0;
  }
}
