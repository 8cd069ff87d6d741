/**
 * The smallest parts of the grammar: line ends, lines, integers and lengths. Everything is found out at the first
 * byte that tells, so that the outcome does not depend on how the stream was cut.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { Input } from "./input.ts";
import type { DecodeText } from "./text.ts";

/** Carriage return, the first byte of each line end. */
export const CR = 13;
/** Line feed, the second one. */
export const LF = 10;
const plus = 43;
const minus = 45;
const zero = 48;
const question = 63;

/** A length that says: null. */
export const nullLength: number = -1;
/** A length that says: in parts, until an end mark. */
export const streamedLength: number = -2;
/** What a length is while its line is not all there. */
export const unfinished: number = -3;

/** No integer or length of the wire needs more characters. */
const longestInteger = 64;
const longestLength = 32;

/** Who else may be on the port, by the first byte it sends. */
const otherPeers: Record<number, string> = { 72: "HTTP", 83: "SSH", 21: "TLS", 22: "TLS", 80: "the PROXY protocol" };

/** Reads parts of the grammar from the input and fails at the byte that is to blame. */
export class Scanner extends Input {
  /** What ended the stream. */
  failure: ProtocolError | undefined;
  /** Position behind the length that `length` read. */
  next = 0;
  /** Stream offset up to which no line end was found; an unfinished line is never searched twice. */
  searched = 0;
  /** Stream offset at which the value being read begins. */
  start = 0;

  /** Bytes that one whole reply may have. */
  readonly #longestReply: number;

  /** Starts at offset 0; a reply limit of 0 is off. */
  constructor(longestReply: number, decodeText: DecodeText) {
    super(decodeText);
    this.#longestReply = longestReply > 0 ? longestReply : Infinity;
  }

  /** Ends the stream at a position of the buffer. */
  fail(code: string, message: string, position: number, byte?: number): never {
    this.failure = new ProtocolError(code, message, this.base + position, byte, { phase: "reply", sent: true });
    throw this.failure;
  }

  /** As `fail`, where the byte at the position is to blame. */
  blame(code: string, message: string, position: number): never {
    return this.fail(code, message, position, this.buffer[position]);
  }

  /** Fails because no value begins with the byte at the position. At the very start it may tell who is talking instead. */
  badType(protocol: 2 | 3): never {
    const { position } = this;
    const byte = this.buffer[position]!;
    const peer = this.offset === 0 ? otherPeers[byte] : undefined;
    if (peer !== undefined) this.blame("WRONG_PEER", `the peer speaks ${peer}, not RESP`, position);
    const isPrintable = byte > 32 && byte < 127;
    const shown = isPrintable ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16).padStart(2, "0")}`;
    return this.blame("BAD_TYPE", `${shown} begins no RESP${protocol} value`, position);
  }

  /** Fails when the reply is longer than it may be once it goes up to `position`, which may be announced only. */
  checkReply(position: number): void {
    const last = this.start + this.#longestReply - this.base;
    if (position > last) {
      this.fail("REPLY_LIMIT", `a reply is longer than ${this.#longestReply} bytes`, last);
    }
  }

  /** Whether CR LF is at a position; `false` when it is not all there yet. */
  endsAt(position: number, code = "BAD_TERMINATOR", message = "a value does not end with CR LF"): boolean {
    const { buffer, end } = this;
    if (position >= end) return false;
    if (buffer[position] !== CR) this.blame(code, message, position);
    if (position + 1 >= end) return false;
    if (buffer[position + 1] !== LF) this.blame(code, message, position + 1);
    return true;
  }

  /**
   * Position of the line end behind content that begins at `from`, or -1 when it is not all there; `searched` then
   * tells where the content found so far ends.
   */
  line(from: number, longest: number, code = "LINE_LIMIT", message = "a line is longer than the limit"): number {
    const { buffer, end } = this;
    let i = Math.max(from, this.searched - this.base);
    while (i < end) {
      const byte = buffer[i]!;
      if (byte === CR || byte === LF) break;
      i++;
    }
    if (i - from > longest) {
      this.checkReply(Math.min(i, from + longest));
      this.fail(code, message, from + longest);
    }
    this.checkReply(i);
    if (this.endsAt(i)) return i;
    this.searched = this.base + i;
    return -1;
  }

  /** As `line`, for an integer with any sign; refuses everything else at its first byte. */
  integerLine(from: number, longest = longestInteger, code = "INT_RANGE"): number {
    const { buffer, end } = this;
    const isSigned = from < end && (buffer[from] === minus || buffer[from] === plus);
    const first = isSigned ? from + 1 : from;
    let i = first;
    while (i < end && (buffer[i]! ^ zero) <= 9) i++;
    if (i - from > longest) this.fail(code, `an integer has more than ${longest} characters`, from);
    if (i === first && i < end) this.#malformed(i);
    return this.#integerEnds(i) ? i : -1;
  }

  /** Whether a line end is at the position; anything else there would be more of an integer. */
  #integerEnds(position: number): boolean {
    const byte = this.buffer[position];
    if (position < this.end && byte !== CR && byte !== LF) this.#malformed(position);
    return this.endsAt(position);
  }

  #malformed(position: number): never {
    this.blame("BAD_INTEGER", "an integer is malformed", position);
  }

  /**
   * Reads the length behind the type byte at the position. Returns it, or `nullLength`, `streamedLength` or
   * `unfinished`; `next` is the position behind it.
   */
  length(limit: number, code: string): number {
    const { buffer, end } = this;
    const first = this.position + 1;
    let i = first;
    let length = 0;
    for (; i < end; i++) {
      const digit = buffer[i]! ^ zero;
      if (digit > 9) break;
      length = length * 10 + digit;
    }
    if (i === first || i + 1 >= end || buffer[i] !== CR || buffer[i + 1] !== LF || i - first > longestLength) {
      return this.#oddLength(first, code);
    }
    if (length > limit) this.fail(code, `a length of ${length} is over the limit of ${limit}`, first);
    this.next = i + 2;
    return length;
  }

  /** A length that is signed, streamed, unfinished or wrong. */
  #oddLength(first: number, code: string): number {
    const byte = first < this.end ? this.buffer[first] : zero;
    if (byte === question) {
      this.next = first + 3;
      return this.#integerEnds(first + 1) ? streamedLength : unfinished;
    }
    if (byte === plus) this.#malformed(first);
    const line = this.integerLine(first, longestLength, code);
    if (line < 0) return unfinished;
    if (line !== first + 2 || this.buffer[first + 1] !== zero + 1) {
      this.blame("BAD_LENGTH", "a length is negative", first);
    }
    this.next = line + 2;
    return nullLength;
  }
}
