/**
 * Commands to bytes: an array of length-prefixed strings, never an inline command.
 *
 * The encoder belongs to its connection from birth. Commands are appended to one growing buffer; long arguments stay
 * where they are and become pieces of their own.
 *
 * ```txt
 *   append(["SET", "k", bytes of 1 MB])
 *   pieces:  [ *3 $3 SET $1 k $1048576 ] [ the argument itself ] [ CR LF … ]
 * ```
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";

/** What a command is made of: its verb first, then its arguments. */
export type Argument = string | number | bigint | Uint8Array;

const CR = 13;
const LF = 10;
const dollar = 36;
const star = 42;

const utf8 = new TextEncoder();

/** Strings up to this many characters are written by a loop over ASCII; longer ones by the runtime's encoder. */
const shortString = 64;
/** Arguments from this many bytes (or characters) on are not copied into the buffer. */
const longArgument = 16_384;
/** Redis refuses longer commands and arguments, and drops the connection. */
const mostArguments = 1_048_576;
const longestArgument = 512 * 1024 * 1024;
const headerRoom = 16;

/**
 * Appends commands to a buffer and hands it out in pieces.
 *
 * @example
 * ```ts
 * import { Encoder } from "@respool/respool/resp";
 *
 * const encoder = new Encoder();
 * encoder.append(["GET", "k"]);
 * for (const piece of encoder.take()) console.log(new TextDecoder().decode(piece));
 * ```
 */
export class Encoder {
  #buffer: Uint8Array;
  #length = 0;
  /** Where the piece that is being filled begins. */
  #start = 0;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  /** Makes an encoder whose buffer begins with `capacity` bytes. */
  constructor(capacity = 16_384) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** Bytes that were appended since the last `take`. */
  get length(): number {
    return this.#pieceBytes + this.#length - this.#start;
  }

  /** Whether a long argument is among what was appended, so that there is more than one piece. */
  get hasPieces(): boolean {
    return this.#pieces.length > 0;
  }

  /**
   * Appends one command. When it throws, nothing of the command was appended.
   *
   * Long byte arguments are taken by reference: changing them before they are written changes what is sent.
   *
   * @throws {ArgumentError} `EMPTY_COMMAND`, `INVALID_ARG` (with the argument's index) or `COMMAND_TOO_LARGE`.
   */
  append(args: readonly Argument[]): void {
    this.#ensure(sizeBound(args));
    this.#byte(star);
    this.#digits(args.length);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (typeof arg === "string") this.#string(arg);
      else if (typeof arg === "object") this.#bytes(arg);
      else {this.#string(
          typeof arg === "number" ? numberText(arg) : arg.toString(),
        );}
    }
  }

  /** The one piece that was appended. The bytes are the encoder's own: valid until the next `append`. */
  takeOne(): Uint8Array {
    const piece = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return piece;
  }

  /** What was appended, in order, in one or more pieces. They are valid until the next `append`. */
  take(): Uint8Array[] {
    if (this.#length > this.#start) {
      this.#pieces.push(this.#buffer.subarray(this.#start, this.#length));
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#length = this.#start = 0;
    return pieces;
  }

  /** Takes back everything that was appended since `length` was read; only while there were no pieces then. */
  rewind(length: number): void {
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#start = 0;
    this.#length = length;
  }

  #ensure(room: number): void {
    if (this.#length + room <= this.#buffer.length) return;
    const larger = new Uint8Array(
      Math.max(2 * this.#buffer.length, this.#length + room),
    );
    // What is in pieces already is copied as well: `rewind` may take the pieces back, but not what came before them.
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  #byte(value: number): void {
    this.#buffer[this.#length++] = value;
  }

  #lineEnd(): void {
    this.#buffer[this.#length++] = CR;
    this.#buffer[this.#length++] = LF;
  }

  /** A non-negative integer and the line end. */
  #digits(value: number): void {
    if (value < 10) {
      this.#byte(48 + value);
      return this.#lineEnd();
    }
    let at = this.#length + digitCount(value);
    this.#length = at;
    while (at > 0 && value > 0) {
      const rest = Math.floor(value / 10);
      this.#buffer[--at] = 48 + value - rest * 10;
      value = rest;
    }
    this.#lineEnd();
  }

  #header(length: number): void {
    this.#byte(dollar);
    this.#digits(length);
  }

  #string(text: string): void {
    if (text.length >= longArgument) {
      return this.#byReference(utf8.encode(text));
    }
    const start = this.#length;
    this.#header(text.length);
    if (text.length > shortString || !this.#ascii(text)) {
      const expected = this.#length;
      const { written } = utf8.encodeInto(
        text,
        this.#buffer.subarray(expected),
      );
      if (written !== text.length) this.#reheader(start, expected, written);
      this.#length += written;
    }
    this.#lineEnd();
  }

  /** Writes ASCII text; when it meets another character it takes back what it wrote. */
  #ascii(text: string): boolean {
    const buffer = this.#buffer;
    const start = this.#length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return false;
      buffer[start + i] = unit;
    }
    this.#length = start + text.length;
    return true;
  }

  /** Writes a header again once the length in bytes is known, and moves the body behind it. */
  #reheader(start: number, body: number, length: number): void {
    this.#length = start;
    const shift = start + 1 + digitCount(length) + 2 - body;
    if (shift > 0) this.#buffer.copyWithin(body + shift, body, body + length);
    this.#header(length);
  }

  #bytes(bytes: Uint8Array): void {
    if (bytes.length >= longArgument) return this.#byReference(bytes);
    this.#header(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#lineEnd();
  }

  #byReference(bytes: Uint8Array): void {
    this.#header(bytes.length);
    this.#pieces.push(this.#buffer.subarray(this.#start, this.#length), bytes);
    this.#pieceBytes += this.#length - this.#start + bytes.length;
    this.#start = this.#length;
    this.#lineEnd();
  }
}

/** Bytes that one command takes up in the buffer at most. Refuses what cannot be sent, before a byte is written. */
function sizeBound(args: readonly Argument[]): number {
  if (args.length === 0) {
    throw new ArgumentError(
      "EMPTY_COMMAND",
      "a command needs at least its verb",
    );
  }
  if (args.length > mostArguments) {
    throw new ArgumentError(
      "COMMAND_TOO_LARGE",
      `a command can have at most ${mostArguments} arguments`,
    );
  }
  let bound = headerRoom;
  for (let i = 0; i < args.length; i++) {
    bound += headerRoom + argumentBound(args[i], i);
  }
  return bound;
}

function argumentBound(arg: unknown, index: number): number {
  switch (typeof arg) {
    case "string":
      // A UTF-16 unit takes at most three bytes of UTF-8.
      if (arg.length < longArgument) return 3 * arg.length;
      if (arg.length <= longestArgument) return 0;
      throw tooLong(index);
    case "number":
      if (Number.isFinite(arg)) return 320;
      break;
    case "bigint":
      return arg.toString().length;
    case "object":
      if (arg instanceof Uint8Array) {
        if (arg.length < longArgument) return arg.length;
        if (arg.length <= longestArgument) return 0;
        throw tooLong(index);
      }
  }
  throw new ArgumentError(
    "INVALID_ARG",
    `argument ${index} must be a string, a finite number, a bigint or a Uint8Array`,
    index,
  );
}

function tooLong(index: number): ArgumentError {
  return new ArgumentError(
    "COMMAND_TOO_LARGE",
    `argument ${index} is longer than ${longestArgument} bytes`,
    index,
  );
}

/** A finite number as Redis reads it: integers in full, without an exponent and without a negative zero. */
function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function digitCount(value: number): number {
  let count = 1;
  for (; value >= 10; value = Math.floor(value / 10)) count++;
  return count;
}

/**
 * One command as bytes of its own.
 *
 * @example
 * ```ts
 * import { encodeCommand } from "@respool/respool/resp";
 *
 * console.log(new TextDecoder().decode(encodeCommand(["PING"]))); // *1 $4 PING
 * ```
 * @param args The verb and its arguments.
 * @throws {ArgumentError} `EMPTY_COMMAND`, `INVALID_ARG` (with the argument's index) or `COMMAND_TOO_LARGE`.
 */
export function encodeCommand(args: readonly Argument[]): Uint8Array {
  const encoder = new Encoder(256);
  encoder.append(args);
  const pieces = encoder.take();
  const whole = new Uint8Array(
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
