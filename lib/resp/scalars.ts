/**
 * Values that are one short line each. Every method begins at the type byte, and either moves behind the value and
 * returns it, or returns `incomplete` and stays.
 *
 * @module
 */
import type { Mapping } from "./mapping.ts";
import { findBadDouble, findBadInteger, toBigInt, toDouble, toInteger } from "./numbers.ts";
import { CR, LF, Scanner } from "./scanner.ts";
import { decodeText } from "./text.ts";

/** What `read` returns when it needs more bytes. */
export const incomplete: unique symbol = Symbol("incomplete");

const minus = 45;
const zero = 48;
/** More characters than any double that a server prints. */
const longestDouble = 1024;

/** Reads integers, nulls, booleans, doubles and big numbers. */
export class Scalars extends Scanner {
  /** `:`. */
  integer(choice: Mapping["integer"]): unknown {
    const { buffer, end } = this;
    const from = this.position + 1;
    if (choice === "auto") {
      const digits = from < end && buffer[from] === minus ? from + 1 : from;
      let i = digits;
      let value = 0;
      for (; i < end; i++) {
        const digit = buffer[i]! ^ zero;
        if (digit > 9) break;
        value = value * 10 + digit;
      }
      if (i + 1 < end && buffer[i] === CR && buffer[i + 1] === LF && i > digits && i - digits < 16) {
        this.position = i + 2;
        return digits > from && value > 0 ? -value : value;
      }
    }
    const line = this.integerLine(from);
    if (line < 0) return incomplete;
    const value = toInteger(decodeText(buffer, from, line), choice);
    if (value === undefined) this.fail("INT_RANGE", "an integer has more than 64 bits", from);
    this.position = line + 2;
    return value;
  }

  /** `_`. */
  null(): unknown {
    if (!this.endsAt(this.position + 1, "BAD_NULL", "a null has content")) return incomplete;
    this.position += 3;
    return null;
  }

  /** `#`. */
  boolean(): unknown {
    const from = this.position + 1;
    if (from >= this.end) return incomplete;
    const byte = this.buffer[from];
    if (byte !== 116 && byte !== 102) this.blame("BAD_BOOLEAN", "a boolean is neither t nor f", from);
    if (!this.endsAt(from + 1, "BAD_BOOLEAN", "a boolean is longer than a character")) return incomplete;
    this.position += 4;
    return byte === 116;
  }

  /** `,`. */
  double(choice: Mapping["double"]): unknown {
    const from = this.position + 1;
    const line = this.line(from, longestDouble, "BAD_DOUBLE", "a double is too long");
    if (line < 0) return incomplete;
    const bad = findBadDouble(this.buffer, from, line);
    if (bad >= 0) this.blame("BAD_DOUBLE", "a double is malformed", bad);
    this.position = line + 2;
    return choice === "string" ? decodeText(this.buffer, from, line) : toDouble(this.buffer, from, line);
  }

  /** `(`. */
  bigNumber(choice: Mapping["bigNumber"], longest: number): unknown {
    const from = this.position + 1;
    const signed = from < this.end && (this.buffer[from] === minus || this.buffer[from] === 43) ? 1 : 0;
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
