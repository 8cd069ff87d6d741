/**
 * Values that are one short line each. Every method begins at the type byte, and either moves behind the value and
 * returns it, or returns `incomplete` and stays.
 *
 * @module
 */
import type { Mapping } from "./mapping.ts";
import { findBadDouble, findBadInteger, toBigInt, toDouble, toInteger } from "./numbers.ts";
import { Scanner } from "./scanner.ts";
import { decodeText } from "./text.ts";

/** What `read` returns when it needs more bytes. */
export const incomplete: unique symbol = Symbol("incomplete");

// Constants of its own: V8 loads imported ones anew each time, and every byte of a reply comes by here.
const CR = 13;
const LF = 10;
const plus = 43;
const colon = 58;
const dollar = 36;
const minus = 45;
const zero = 48;
const longestShortLine = 64;
/** More characters than any double that a server prints. */
const longestDouble = 1024;

/** Reads integers, nulls, booleans, doubles and big numbers, and short strings when they are all there. */
export class Scalars extends Scanner {
  /** The three replies that most commands have, when they are all there. */
  shortReply(): string | number | undefined {
    switch (this.buffer[this.position]) {
      case dollar:
        return this.shortText();
      case colon:
        return this.shortInteger();
      case plus:
        return this.shortLine();
      default:
        return undefined;
    }
  }

  /**
   * The text of a bulk string of up to four digits' length that is all there, or `undefined` with nothing consumed:
   * then it may be anything else, and whoever asked reads it the long way. Most values of real replies are of this kind.
   */
  shortText(): string | undefined {
    const { buffer, end, position } = this;
    let length = buffer[position + 1]! ^ zero;
    if (buffer[position] !== dollar || length > 9) return undefined;
    let i = position + 2;
    if (buffer[i] !== CR) {
      do {
        const digit = buffer[i]! ^ zero;
        if (digit > 9 || i > position + 4) return undefined;
        length = length * 10 + digit;
      } while (buffer[++i] !== CR);
    }
    const from = i + 2;
    const to = from + length;
    // Behind `end` there may be bytes of long ago, so nothing counts before this is known.
    if (to + 2 > end || buffer[i + 1] !== LF || buffer[to] !== CR || buffer[to + 1] !== LF) return undefined;
    this.position = to + 2;
    return this.window.read(buffer, from, to, end);
  }

  /** A simple string of at most 64 bytes that is all there, or `undefined` with nothing consumed. */
  shortLine(): string | undefined {
    const { buffer, end } = this;
    const from = this.position + 1;
    // The commonest reply of all.
    if (buffer[from] === 79 && buffer[from + 1] === 75 && buffer[from + 2] === CR) {
      if (from + 4 > end || buffer[from + 3] !== LF) return undefined;
      this.position = from + 4;
      return "OK";
    }
    const last = Math.min(end - 2, from + longestShortLine);
    let i = from;
    while (i < last && buffer[i]! > CR) i++;
    if (i > last || buffer[i] !== CR || buffer[i + 1] !== LF) return undefined;
    this.position = i + 2;
    return this.window.read(buffer, from, i, end);
  }

  /** An integer of up to 15 digits that is all there, or `undefined` with nothing consumed. */
  shortInteger(): number | undefined {
    const { buffer, end } = this;
    let i = this.position + 1;
    const isNegative = buffer[i] === minus;
    if (isNegative) i++;
    let value = buffer[i]! ^ zero;
    if (value > 9) return undefined;
    // More digits are beyond what a number holds exactly.
    const last = i + 15;
    while (buffer[++i] !== CR) {
      const digit = buffer[i]! ^ zero;
      if (digit > 9 || i === last) return undefined;
      value = value * 10 + digit;
    }
    if (i + 1 >= end || buffer[i + 1] !== LF) return undefined;
    this.position = i + 2;
    return isNegative && value > 0 ? -value : value;
  }

  /** `:`. */
  integer(choice: Mapping["integer"]): unknown {
    if (choice === "auto") {
      const short = this.shortInteger();
      if (short !== undefined) return short;
    }
    const { buffer } = this;
    const from = this.position + 1;
    const line = this.integerLine(from);
    if (line < 0) return incomplete;
    const value = toInteger(decodeText(buffer, from, line), choice);
    if (value === undefined) {
      this.fail("INT_RANGE", "an integer has more than 64 bits", from);
    }
    this.position = line + 2;
    return value;
  }

  /** `_`. */
  null(): unknown {
    if (!this.endsAt(this.position + 1, "BAD_NULL", "a null has content")) {
      return incomplete;
    }
    this.position += 3;
    return null;
  }

  /** `#`. */
  boolean(): unknown {
    const from = this.position + 1;
    if (from >= this.end) return incomplete;
    const byte = this.buffer[from];
    if (byte !== 116 && byte !== 102) {
      this.blame("BAD_BOOLEAN", "a boolean is neither t nor f", from);
    }
    if (!this.endsAt(from + 1, "BAD_BOOLEAN", "a boolean is neither t nor f")) return incomplete;
    this.position += 4;
    return byte === 116;
  }

  /** `,`. */
  double(choice: Mapping["double"]): unknown {
    const from = this.position + 1;
    const line = this.line(from, longestDouble, "BAD_DOUBLE", "a double is malformed");
    if (line < 0) return incomplete;
    const bad = findBadDouble(this.buffer, from, line);
    if (bad >= 0) this.blame("BAD_DOUBLE", "a double is malformed", bad);
    this.position = line + 2;
    return choice === "string" ? decodeText(this.buffer, from, line) : toDouble(this.buffer, from, line);
  }

  /** `(`. */
  bigNumber(choice: Mapping["bigNumber"], longest: number): unknown {
    const from = this.position + 1;
    const signed = from < this.end && (this.buffer[from] === minus || this.buffer[from] === plus) ? 1 : 0;
    const message = `a big number has more than ${longest} digits`;
    const line = this.line(from, longest + signed, "LINE_LIMIT", message);
    if (line < 0) return incomplete;
    const bad = findBadInteger(this.buffer, from, line);
    if (bad >= 0) this.blame("BAD_BIGNUM", "a big number is malformed", bad);
    this.position = line + 2;
    const text = decodeText(this.buffer, from, line);
    return choice === "string" ? text : toBigInt(text);
  }
}
