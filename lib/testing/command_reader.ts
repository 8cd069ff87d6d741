/**
 * Commands out of the text that a connection received, as arrays of bulk strings or inline.
 *
 * @module
 */
import { splitInline } from "./inline_command.ts";

/** The stream is no RESP; its message is the last reply before the connection ends. */
export class StreamError extends Error {
  /** Makes an error from what Redis would say. */
  constructor(problem: string) {
    super(`ERR Protocol error: ${problem}`);
    this.name = "StreamError";
  }
}

const longestLine = 64 * 1024;
const mostArguments = 2 ** 31 - 1;
const longestBulk = 512 * 1024 * 1024;

/** Cuts latin1 text, one character per byte, into commands; what is unfinished waits for more. */
export class CommandReader {
  readonly #acceptsInline: boolean;
  #text = "";
  #position = 0;
  /** The command that is being read. */
  #args: string[] = [];
  /** Arguments it still wants. */
  #left = 0;
  /** Length of the argument whose header was read, or -1. */
  #bulk = -1;

  /** Makes a reader at the start of a stream. Without inline commands, every command must be an array. */
  constructor(acceptsInline: boolean) {
    this.#acceptsInline = acceptsInline;
  }

  /** Adds what arrived. */
  feed(text: string): void {
    // Only what is short or new is cut: cutting a long string again and again would copy it each time.
    if (this.#position > 0) this.#text = this.#text.slice(this.#position);
    this.#position = 0;
    this.#text = this.#text === "" ? text : this.#text + text;
  }

  /** The next whole command, or `undefined`. Throws `StreamError` when the stream cannot be read on. */
  next(): string[] | undefined {
    while (this.#left === 0) {
      if (this.#position >= this.#text.length) return undefined;
      if (this.#text[this.#position] !== "*") {
        const words = this.#inline();
        if (words === undefined || words.length > 0) return words;
      } else if (!this.#header()) return undefined;
    }
    while (this.#left > 0) {
      if (!this.#argument()) return undefined;
    }
    return this.#args;
  }

  /** Reads `*3`; a command of no arguments is nothing. */
  #header(): boolean {
    const line = this.#line("too big mbulk count string");
    if (line === undefined) return false;
    const count = lengthOf(line);
    if (count > mostArguments || Number.isNaN(count)) throw new StreamError("invalid multibulk length");
    this.#left = Math.max(0, count);
    this.#args = [];
    return true;
  }

  #argument(): boolean {
    if (this.#bulk < 0) {
      const line = this.#line("too big bulk count string");
      if (line === undefined) return false;
      if (line[0] !== "$") throw new StreamError(`expected '$', got '${line[0] ?? " "}'`);
      const length = lengthOf(line);
      if (!(length >= 0 && length <= longestBulk)) throw new StreamError("invalid bulk length");
      this.#bulk = length;
    }
    const end = this.#position + this.#bulk;
    if (this.#text.length < end + 2) return false;
    // Redis does not look at these two; a client that gets them wrong should hear of it.
    if (!this.#text.startsWith("\r\n", end)) throw new StreamError("expected CRLF behind an argument");
    this.#args.push(this.#text.slice(this.#position, end));
    this.#position = end + 2;
    this.#bulk = -1;
    this.#left--;
    return true;
  }

  #inline(): string[] | undefined {
    if (!this.#acceptsInline) throw new StreamError("expected '*'");
    const end = this.#text.indexOf("\n", this.#position);
    if (end < 0) {
      if (this.#text.length - this.#position > longestLine) throw new StreamError("too big inline request");
      return undefined;
    }
    const words = splitInline(this.#text.slice(this.#position, end));
    if (words === undefined) throw new StreamError("unbalanced quotes in request");
    this.#position = end + 1;
    return words;
  }

  #line(tooLong: string): string | undefined {
    const end = this.#text.indexOf("\r", this.#position);
    if (end < 0 && this.#text.length - this.#position > longestLine) throw new StreamError(tooLong);
    if (end < 0 || end + 1 >= this.#text.length) return undefined;
    const line = this.#text.slice(this.#position, end);
    this.#position = end + 2;
    return line;
  }
}

/** The number behind a header's type, or NaN. */
function lengthOf(line: string): number {
  return /^.-?\d{1,15}$/.test(line) ? Number(line.slice(1)) : NaN;
}
