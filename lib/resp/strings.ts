/**
 * Values with content of any length: strings, errors and verbatim strings. One that is all there is read where it
 * lies; a long one is taken while it comes in.
 *
 * @module
 */
import { toReplyError } from "./error_reply.ts";
import type { Limits } from "./limits.ts";
import { LongString, type LongStringForm } from "./long_string.ts";
import type { Mapping } from "./mapping.ts";
import { incomplete, type Scalars } from "./scalars.ts";
import { nullLength, unfinished } from "./scanner.ts";
import { opened, type Stack } from "./stack.ts";
import { type DecodeText, decodeText } from "./text.ts";
import { textTooLong } from "./undeliverable.ts";

const simpleType = 43;
const errorType = 45;
const bulkType = 36;
const verbatimType = 61;
const bulkErrorType = 33;
const CR = 13;
const LF = 10;
const colon = 58;
/** Strings from this length on are taken while they come in; shorter ones wait in the input until all is there. */
const longFrom = 4096;

/** Reads strings. Its methods return the value, `incomplete`, or `opened` when a long one has begun. */
export class Strings {
  /** Whether a long string has begun that is not all there: `resume` goes on with it. */
  isOpen = false;

  readonly #input: Scalars;
  readonly #stack: Stack;
  readonly #limits: Limits;
  readonly #long: LongString;

  /** Starts at the beginning of a stream. */
  constructor(input: Scalars, stack: Stack, limits: Limits, decodeText: DecodeText) {
    this.#input = input;
    this.#stack = stack;
    this.#limits = limits;
    this.#long = new LongString(decodeText);
  }

  /** A simple string or an error line. */
  simple(type: number, mapping: Mapping): unknown {
    const input = this.#input;
    const from = input.position + 1;
    const line = input.line(from, this.#limits.line);
    if (line < 0) {
      if (input.end - from < longFrom) return incomplete;
      input.position = from;
      return this.#open(type, "line", Infinity, this.#limits.line, mapping);
    }
    input.position = line + 2;
    return this.#whole(type, input.buffer, from, line, mapping);
  }

  /** A bulk string, verbatim string or bulk error. */
  bulk(type: number, mapping: Mapping, mayStream: boolean): unknown {
    const input = this.#input;
    const length = input.length(this.#limits.bulk, "BULK_LIMIT");
    if (length < 0) return this.#oddBulk(type, length, mapping, mayStream);
    const { buffer, next } = input;
    const stop = next + length;
    input.checkReply(stop + 2);
    if (type === verbatimType && length < 4) {
      input.blame("BAD_VERBATIM", "a verbatim string has no format", input.position + 1);
    }
    if (stop + 1 < input.end && buffer[stop] === CR && buffer[stop + 1] === LF) {
      input.position = stop + 2;
      return this.#whole(type, buffer, next, stop, mapping);
    }
    input.endsAt(stop);
    if (length < longFrom) return incomplete;
    input.position = next;
    return this.#open(type, "bulk", length, this.#limits.bulk, mapping);
  }

  /** A bulk string whose length is none. */
  #oddBulk(type: number, length: number, mapping: Mapping, mayStream: boolean): unknown {
    const input = this.#input;
    if (length === unfinished) return incomplete;
    const isPlain = type === bulkType;
    if (length === nullLength) {
      if (!isPlain) {
        input.blame("BAD_LENGTH", "only a bulk string or an array can have the length -1", input.position + 1);
      }
      input.position = input.next;
      return null;
    }
    if (!isPlain || !mayStream) {
      input.blame(
        "UNSUPPORTED_STREAM",
        "only bulk strings and aggregates of RESP3 can be streamed",
        input.position + 1,
      );
    }
    input.position = input.next;
    return this.#open(type, "streamed", 0, this.#limits.bulk, mapping);
  }

  #open(type: number, form: LongStringForm, left: number, limit: number, mapping: Mapping): unknown {
    const asBytes = type === verbatimType || ((type === bulkType || type === simpleType) && this.#asBytes(mapping));
    this.#long.open(type, form, left, limit, asBytes);
    this.isOpen = true;
    return opened;
  }

  /** Takes more of the long string. */
  resume(mapping: Mapping): unknown {
    const long = this.#long;
    if (!long.advance(this.#input)) return incomplete;
    this.isOpen = false;
    const { type, length } = long;
    const value = long.end();
    if (typeof value === "object") return type === verbatimType ? this.#verbatim(value, 0, length, mapping) : value;
    if (type === errorType || type === bulkErrorType) return toReplyError(value ?? "ERR");
    return value ?? this.#stack.notDeliverable(textTooLong(length));
  }

  /** The value of a string whose bytes are all there. */
  #whole(type: number, bytes: Uint8Array, from: number, stop: number, mapping: Mapping): unknown {
    if (type === errorType || type === bulkErrorType) return toReplyError(decodeText(bytes, from, stop));
    if (type === verbatimType) return this.#verbatim(bytes, from, stop, mapping);
    return this.#content(bytes, from, stop, mapping);
  }

  /** The verbatim string that ends two bytes before the position. */
  #verbatim(bytes: Uint8Array, from: number, stop: number, mapping: Mapping): unknown {
    if (bytes[from + 3] !== colon) {
      const at = this.#input.position - 2 - (stop - from) + 3;
      this.#input.fail("BAD_VERBATIM", "a verbatim string has no format", at, bytes[from + 3]);
    }
    const text = this.#content(bytes, from + 4, stop, mapping);
    const isTagged = mapping.verbatim === "tagged" && !this.#stack.keyIsDue;
    return isTagged ? { format: decodeText(bytes, from, from + 3), text } : text;
  }

  /** Bytes as the mapping wants them. */
  #content(bytes: Uint8Array, from: number, stop: number, mapping: Mapping): unknown {
    if (this.#asBytes(mapping)) return bytes.slice(from, stop);
    const { buffer, window, end } = this.#input;
    try {
      return bytes === buffer ? window.read(bytes, from, stop, end) : decodeText(bytes, from, stop);
    } catch {
      return this.#stack.notDeliverable(textTooLong(stop - from));
    }
  }

  #asBytes(mapping: Mapping): boolean {
    return mapping.strings === "bytes" && !this.#stack.keyIsDue;
  }
}
