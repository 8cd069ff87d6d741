/**
 * Bytes to text, the fast way for each length.
 *
 * @module
 */

// Without `ignoreBOM` a value that starts with U+FEFF would lose it.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Makes text of UTF-8 bytes from `from` up to `to`. Bytes that are not UTF-8 become U+FFFD as in the WHATWG encoding
 * standard, and a byte order mark is a character like any other.
 */
export interface DecodeText {
  (bytes: Uint8Array, from: number, to: number): string;
  /** Text of more bytes than this is better made at once than of pieces; absent where that is never so. */
  longestInPieces?: number;
}

/** The text of `bytes` from `from` up to `to`, by the means that every runtime has. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string {
  return utf8.decode(bytes.subarray(from, to));
}

/** V8 copies a substring of up to 12 characters; a longer one would hold on to the string it was cut out of. */
const longestCopy = 12;
/** Longer strings than this are worth a call of the runtime's decoder each. */
const longestShort = 2 * longestCopy;
/**
 * A call of the runtime's decoder takes little longer for this many bytes than for ten, so the stretch begins with it
 * and grows while short strings follow each other. Its length is what a short string can keep alive at most, on a
 * runtime whose substrings hold on to their origin.
 */
const firstStretch = 256;
const longestStretch = 2048;
/** Short strings that are further apart have a longer one between them, which no stretch serves. */
const widestGap = 32;

/**
 * Decodes a stretch of the buffer at once and cuts short strings out of it. A loop over characters is slower on every
 * runtime, and so is a call of the decoder per string.
 *
 * The stretch can be cut by byte positions only when each of its bytes became one character, so when it is all ASCII
 * but for bytes that are no UTF-8 at all. Other stretches are decoded string by string.
 */
export class TextWindow {
  readonly #decode: DecodeText;
  #text = "";
  #from = 0;
  #to = 0;
  #size = firstStretch;
  /** Where the last string ended that was cut out. */
  #last = 0;
  #isSliceable = false;

  /** Starts without a stretch. */
  constructor(decode: DecodeText) {
    this.#decode = decode;
  }

  /** Forgets the stretch; due whenever the bytes of the buffer change. */
  reset(): void {
    this.#to = this.#last = 0;
  }

  /**
   * The text of `buffer` from `from` up to `to`.
   *
   * @param end Where the buffer's bytes end.
   * @throws {RangeError} When the text is longer than the runtime's strings can be.
   */
  read(buffer: Uint8Array, from: number, to: number, end: number): string {
    if (to - from > longestShort) return this.#decode(buffer, from, to);
    if (to > this.#to || from < this.#from) this.#open(buffer, from, end);
    if (!this.#isSliceable) return this.#decode(buffer, from, to);
    this.#last = to;
    const first = from - this.#from;
    const last = to - this.#from;
    if (last - first <= longestCopy) return this.#text.substring(first, last);
    return this.#text.substring(first, first + longestCopy) + this.#text.substring(first + longestCopy, last);
  }

  #open(buffer: Uint8Array, from: number, end: number): void {
    this.#from = from;
    this.#size = from - this.#last > widestGap ? firstStretch : Math.min(2 * this.#size, longestStretch);
    this.#to = Math.min(end, from + this.#size);
    this.#text = this.#decode(buffer, from, this.#to);
    this.#isSliceable = this.#text.length === this.#to - from;
  }
}
