/**
 * The text of a string that spans chunks. It is decoded as it comes in and put together of pieces: a piece costs the
 * collector much less than one long string, and its bytes are read where they lie. Where one long string is the better
 * thing, its bytes wait until all are there.
 *
 * @module
 */
import type { DecodeText } from "./text.ts";

/** V8 keeps strings of twice this length apart, and frees them only when it collects everything. */
const longestPiece = 65_536;
/** Fewer bytes wait for more: a text of many small pieces would weigh more than its bytes. */
const shortestPiece = 16_384;
/** The longest string that is decoded at once; longer ones are put together of such. */
const longestWhole = 8_388_608;
/** How much more than its bytes a string that is decoded at once may have been given. */
const mostRoom = 524_288;
/** The most bytes that follow the first one of a character. */
const mostFollowing = 3;

/** The memory in which the last string of any decoder waited. */
let spare: Uint8Array | undefined;

/** Collects text. One is enough for a decoder: `end` makes it ready for the next string. */
export class TextParts {
  /** Bytes collected so far. */
  length = 0;

  readonly #decodeText: DecodeText;
  /** The pieces so far; `undefined` once they are longer than the runtime's strings can be. */
  #text: string | undefined = "";
  /** Bytes that wait until they are a piece. */
  #waiting: Uint8Array | undefined;
  #waitingLength = 0;
  /** The shortest and the longest piece of this string. */
  #shortest = shortestPiece;
  #longest = longestPiece;

  /** Starts with the first string. */
  constructor(decodeText: DecodeText) {
    this.#decodeText = decodeText;
  }

  /**
   * Takes the bytes of `buffer` from `from` up to `to`, which may cut a character.
   *
   * @param left How many bytes are to come, these among them, as far as is known.
   */
  add(buffer: Uint8Array, from: number, to: number, left: number): void {
    if (this.length === 0) {
      const isWhole = left > (this.#decodeText.longestInPieces ?? Infinity);
      this.#shortest = isWhole ? longestWhole : shortestPiece;
      this.#longest = isWhole ? longestWhole : longestPiece;
    }
    this.length += to - from;
    let at = from;
    if (to - at >= this.#shortest && this.#waitingLength > 0) {
      while (at - from < mostFollowing && isFollowing(buffer[at]!)) at++;
      this.#wait(buffer, from, at);
      this.#decodeWaiting();
    }
    while (to - at >= this.#shortest) {
      const stop = lastBoundary(buffer, Math.min(to, at + this.#longest));
      this.#append(buffer, at, stop);
      at = stop;
    }
    if (at < to) this.#wait(buffer, at, to);
  }

  /** The whole text, or `undefined` when it is longer than the runtime's strings can be. */
  end(): string | undefined {
    if (this.#waiting !== undefined) {
      this.#decodeWaiting();
      spare = this.#waiting;
      this.#waiting = undefined;
    }
    const text = this.#text;
    this.#text = "";
    this.length = 0;
    return text;
  }

  /** Has bytes wait for more. */
  #wait(buffer: Uint8Array, from: number, to: number): void {
    if (this.#waiting === undefined) {
      this.#waiting = spare ?? new Uint8Array(longestPiece);
      spare = undefined;
    }
    if (this.#waitingLength + to - from > this.#longest) {
      this.#decodeWaiting(lastBoundary(this.#waiting, this.#waitingLength));
    }
    const needed = this.#waitingLength + to - from;
    if (this.#waiting.length < needed) {
      const larger = new Uint8Array(needed + Math.min(needed, mostRoom));
      larger.set(this.#waiting.subarray(0, this.#waitingLength));
      this.#waiting = larger;
    }
    this.#waiting.set(buffer.subarray(from, to), this.#waitingLength);
    this.#waitingLength = needed;
  }

  /** Decodes what waits, up to `stop`; the rest goes on waiting. */
  #decodeWaiting(stop: number = this.#waitingLength): void {
    this.#append(this.#waiting!, 0, stop);
    this.#waiting!.copyWithin(0, stop, this.#waitingLength);
    this.#waitingLength -= stop;
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    if (this.#text === undefined) return;
    try {
      this.#text += this.#decodeText(bytes, from, to);
    } catch {
      this.#text = undefined;
    }
  }
}

/** Whether a byte can only follow others of its character. */
function isFollowing(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** The last place up to `to` where bytes can be cut so that both sides are decoded as they are in the whole. */
function lastBoundary(bytes: Uint8Array, to: number): number {
  for (let at = to - 1; at >= to - mostFollowing; at--) {
    if (!isFollowing(bytes[at]!)) return bytes[at]! < 0x80 ? to : at;
  }
  return to;
}
