/**
 * The text of a string that spans chunks. Its bytes are put together where the last such string's bytes were, because
 * the first touch of fresh memory takes longer than the copy.
 *
 * @module
 */
import type { DecodeText } from "./text.ts";

const none: Uint8Array = new Uint8Array(0);
const smallestSegment = 65_536;
/** Longer strings are decoded in segments of this size. */
const largestSegment = 1_048_576;

/** The memory that the last string of any decoder left behind. */
let spare: Uint8Array = none;

/** Collects text. One is enough for a decoder: `end` makes it ready for the next string. */
export class TextParts {
  /** Bytes collected so far. */
  length = 0;

  readonly #decodeText: DecodeText;
  #segment: Uint8Array = none;
  #used = 0;
  /** The text of full segments; `undefined` once it is longer than the runtime's strings can be. */
  #text: string | undefined = "";
  /** Keeps a character that two segments share. */
  #utf8: TextDecoder | undefined;

  /** Starts with the first string. */
  constructor(decodeText: DecodeText) {
    this.#decodeText = decodeText;
  }

  /** Takes the bytes of `buffer` from `from` up to `to`, which may cut a character. */
  add(buffer: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      if (this.#used === largestSegment) this.#decodeSegment(true);
      const count = Math.min(to - at, largestSegment - this.#used);
      this.#makeRoom(this.#used + count);
      this.#segment.set(buffer.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
    }
    this.length += to - from;
  }

  /** The whole text, or `undefined` when it is longer than the runtime's strings can be. */
  end(): string | undefined {
    const isWhole = this.length === this.#used;
    if (!isWhole) this.#decodeSegment(false);
    const text = isWhole ? this.#decodeText(this.#segment, 0, this.#used) : this.#text;
    if (this.#segment.length > spare.length) spare = this.#segment;
    this.#segment = none;
    this.#text = "";
    this.#used = this.length = 0;
    return text;
  }

  /** Memory follows what arrived, but for the spare, which is there anyway. */
  #makeRoom(needed: number): void {
    if (needed <= this.#segment.length) return;
    let larger = spare;
    spare = none;
    if (larger.length < needed) {
      larger = new Uint8Array(Math.min(largestSegment, Math.max(smallestSegment, 2 * needed)));
    }
    larger.set(this.#segment.subarray(0, this.#used));
    this.#segment = larger;
  }

  #decodeSegment(stream: boolean): void {
    this.#utf8 ??= new TextDecoder("utf-8", { ignoreBOM: true });
    const text = this.#utf8.decode(this.#segment.subarray(0, this.#used), { stream });
    this.#used = 0;
    if (this.#text === undefined) return;
    try {
      this.#text += text;
    } catch {
      this.#text = undefined;
    }
  }
}
