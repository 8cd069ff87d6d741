/**
 * The text of a string that spans chunks. It is decoded as it comes in and put together of pieces: a piece costs the
 * collector much less than one long string, and its bytes are read where they lie.
 *
 * @module
 */
import type { DecodeText } from "./text.ts";

/** V8 keeps strings of twice this length apart, and frees them only when it collects everything. */
const longestPiece = 65_536;
/** Fewer bytes wait for more: a text of many small pieces would weigh more than its bytes. */
const shortestPiece = 16_384;
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

  /** Starts with the first string. */
  constructor(decodeText: DecodeText) {
    this.#decodeText = decodeText;
  }

  /** Takes the bytes of `buffer` from `from` up to `to`, which may cut a character. */
  add(buffer: Uint8Array, from: number, to: number): void {
    this.length += to - from;
    let at = from;
    if (to - at >= shortestPiece && this.#waitingLength > 0) {
      while (at - from < mostFollowing && isFollowing(buffer[at]!)) at++;
      this.#wait(buffer, from, at);
      this.#decodeWaiting();
    }
    while (to - at >= shortestPiece) {
      const stop = lastBoundary(buffer, Math.min(to, at + longestPiece));
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

  /** Takes fewer bytes than a piece. */
  #wait(buffer: Uint8Array, from: number, to: number): void {
    if (this.#waiting === undefined) {
      this.#waiting = spare ?? new Uint8Array(longestPiece);
      spare = undefined;
    }
    if (this.#waitingLength + to - from > longestPiece) {
      this.#decodeWaiting(lastBoundary(this.#waiting, this.#waitingLength));
    }
    this.#waiting.set(buffer.subarray(from, to), this.#waitingLength);
    this.#waitingLength += to - from;
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
