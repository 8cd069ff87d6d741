/**
 * A string that is too long to wait for: its bytes are taken as they come in. It is a bulk string whose length is
 * known, a streamed one whose parts each have a length, or a line without end so far.
 *
 * @module
 */
import { ByteParts } from "./byte_parts.ts";
import { type Scanner, unfinished } from "./scanner.ts";
import type { DecodeText } from "./text.ts";
import { TextParts } from "./text_parts.ts";

const semicolon = 59;

/** How the end of the string is known. */
export type LongStringForm = "bulk" | "streamed" | "line";

/** Takes one string at a time; the decoder opens the same one again and again. */
export class LongString {
  /** The first byte of the value. */
  type = 0;

  #form: LongStringForm = "bulk";
  #limit = 0;
  /** Bytes that were announced and have not come. */
  #left = 0;
  /** Whether the next thing due is the header of a part. */
  #headerIsDue = false;
  readonly #text: TextParts;
  #parts: TextParts | ByteParts;

  /** Starts with the first string. */
  constructor(decodeText: DecodeText) {
    this.#parts = this.#text = new TextParts(decodeText);
  }

  /** Starts over; `left` are the bytes that a header announced. */
  open(type: number, form: LongStringForm, left: number, limit: number, asBytes: boolean): void {
    this.type = type;
    this.#form = form;
    this.#left = left;
    this.#limit = limit;
    this.#headerIsDue = form === "streamed";
    this.#parts = asBytes ? new ByteParts() : this.#text;
  }

  /** Bytes taken so far. */
  get length(): number {
    return this.#parts.length;
  }

  /** Takes what the input has of the string. Returns whether that is all of it. */
  advance(input: Scanner): boolean {
    if (this.#form === "line") return this.#line(input);
    for (;;) {
      if (this.#headerIsDue) {
        const length = this.#header(input);
        if (length === unfinished) return false;
        if (length === 0) return true;
      }
      const stop = Math.min(input.end, input.position + this.#left);
      this.#take(input, stop);
      if (this.#left > 0 || !input.endsAt(stop)) return false;
      input.position += 2;
      if (this.#form === "bulk") return true;
      this.#headerIsDue = true;
    }
  }

  /** The text, or the bytes, which nobody else holds; `undefined` when it is longer than the runtime's strings can be. */
  end(): string | Uint8Array | undefined {
    const parts = this.#parts;
    this.#parts = this.#text;
    return parts.end();
  }

  #take(input: Scanner, stop: number): void {
    const { buffer, position } = input;
    this.#parts.add(buffer, position, stop, this.#left);
    this.#left -= stop - position;
    input.position = stop;
  }

  #line(input: Scanner): boolean {
    const line = input.line(input.position, this.#limit - this.length);
    this.#take(input, line < 0 ? input.searched - input.base : line);
    if (line >= 0) input.position += 2;
    return line >= 0;
  }

  /** Reads the header of a part of a streamed string: its length, 0 at the end, or `unfinished`. */
  #header(input: Scanner): number {
    const at = input.position;
    if (at >= input.end) return unfinished;
    if (input.buffer[at] !== semicolon) {
      input.blame("UNSUPPORTED_STREAM", "a streamed string goes on with something else", at);
    }
    const length = input.length(this.#limit, "BULK_LIMIT");
    if (length === unfinished) return unfinished;
    if (length < 0) {
      input.blame(length === -1 ? "BAD_LENGTH" : "BAD_INTEGER", "a part has no length", at + 1);
    }
    if (this.length + length > this.#limit) {
      input.fail("BULK_LIMIT", "a string is longer than the limit", at + 1);
    }
    input.position = input.next;
    input.checkReply(input.next + length + 2);
    this.#left = length;
    this.#headerIsDue = false;
    return length;
  }
}
