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
const zero = 48;

const utf8 = new TextEncoder();

/** Strings up to this many characters are written by a loop over ASCII; longer ones by the runtime's encoder. */
const shortString = 32;
/** Byte arguments from this length on are not copied into the buffer. */
const longArgument = 16_384;
/** Strings are encoded into the buffer up to this length of it; then each into memory of its own, of its exact size. */
const mostCopied = 4_194_304;
/** Redis refuses longer commands and arguments, and drops the connection. */
const mostArguments = 1_048_576;
const longestArgument = 512 * 1024 * 1024;
/** Bytes that a header and the line end behind an argument take at most. */
const headerRoom = 32;
/** A buffer that has grown beyond this is given up when it is not needed any more. */
const largestIdleBuffer = 524_288;

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
  readonly #capacity: number;
  #buffer: Uint8Array;
  #length = 0;
  /** Where the piece that is being filled begins. */
  #start = 0;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  /** How much of the buffer was filled when it was rewound. */
  #taken = 0;

  /** Makes an encoder whose buffer begins with `capacity` bytes. */
  constructor(capacity = 4096) {
    this.#capacity = capacity;
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
    const length = this.#length;
    const start = this.#start;
    const pieces = this.#pieces.length;
    const pieceBytes = this.#pieceBytes;
    if (length === 0) this.#shrink();
    try {
      this.#command(args);
    } catch (error) {
      this.#length = length;
      this.#start = start;
      this.#pieces.length = pieces;
      this.#pieceBytes = pieceBytes;
      throw error;
    }
  }

  /**
   * The buffer, whose first `length` bytes are what was appended, as long as there are no pieces. They stay as they are
   * until something is appended again.
   */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** What was appended, in order, in one or more pieces. They are valid until the next `append`. */
  take(): Uint8Array[] {
    if (this.#length > this.#start) this.#pieces.push(this.#buffer.subarray(this.#start, this.#length));
    const pieces = this.#pieces;
    this.rewind(0);
    return pieces;
  }

  /** Takes back everything that was appended since `length` was read; only while there were no pieces then. */
  rewind(length: number): void {
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#start = 0;
    this.#taken = this.#length;
    this.#length = length;
  }

  #command(args: readonly Argument[]): void {
    const count = args.length;
    if (count === 0) throw new ArgumentError("EMPTY_COMMAND", "a command needs at least its verb");
    if (count > mostArguments) {
      throw new ArgumentError("COMMAND_TOO_LARGE", `a command can have at most ${mostArguments} arguments`);
    }
    this.#ensure(headerRoom);
    this.#header(star, count);
    for (let i = 0; i < count; i++) {
      const arg = args[i];
      if (typeof arg === "string") this.#string(arg, i);
      else if (arg instanceof Uint8Array) this.#bytes(arg, i);
      else this.#string(toText(arg, i), i);
    }
  }

  /** Gives up a large buffer of which the last commands took little. */
  #shrink(): void {
    const { length } = this.#buffer;
    if (length > largestIdleBuffer && this.#taken < length / 8) this.#buffer = new Uint8Array(this.#capacity);
  }

  #ensure(room: number): void {
    const needed = this.#length + room;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, needed));
    // What is in pieces already is copied as well: `rewind` may take the pieces back, but not what came before them.
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  #lineEnd(): void {
    this.#buffer[this.#length++] = CR;
    this.#buffer[this.#length++] = LF;
  }

  /** A type byte, a non-negative integer and the line end. */
  #header(type: number, value: number): void {
    this.#buffer[this.#length++] = type;
    if (value < 10) this.#buffer[this.#length++] = zero + value;
    else this.#ascii(String(value));
    this.#lineEnd();
  }

  #string(text: string, index: number): void {
    if (this.#length + text.length > mostCopied) return this.#longString(text, index);
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#ensure(headerRoom + 3 * text.length);
    const start = this.#length;
    this.#header(dollar, text.length);
    if (text.length > shortString || !this.#ascii(text)) {
      const body = this.#length;
      const { written } = utf8.encodeInto(text, this.#buffer.subarray(body));
      if (written !== text.length) this.#reheader(start, body, written);
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
    const shift = start + 3 + String(length).length - body;
    if (shift > 0) this.#buffer.copyWithin(body + shift, body, body + length);
    this.#header(dollar, length);
  }

  #longString(text: string, index: number): void {
    if (text.length > longestArgument) throw tooLong(index);
    this.#byReference(utf8.encode(text), index);
  }

  #bytes(bytes: Uint8Array, index: number): void {
    if (bytes.length >= longArgument) return this.#byReference(bytes, index);
    this.#ensure(headerRoom + bytes.length);
    this.#header(dollar, bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#lineEnd();
  }

  #byReference(bytes: Uint8Array, index: number): void {
    if (bytes.length > longestArgument) throw tooLong(index);
    this.#ensure(headerRoom);
    this.#header(dollar, bytes.length);
    this.#pieces.push(this.#buffer.subarray(this.#start, this.#length), bytes);
    this.#pieceBytes += this.#length - this.#start + bytes.length;
    this.#start = this.#length;
    this.#lineEnd();
  }
}

/** A number as Redis reads it: integers in full, without an exponent and without a negative zero. */
function toText(arg: unknown, index: number): string {
  if (typeof arg === "bigint") return arg.toString();
  if (typeof arg === "number" && Number.isFinite(arg)) {
    // Beyond these an integer's own text has an exponent.
    return Number.isInteger(arg) && !Number.isSafeInteger(arg) ? BigInt(arg).toString() : String(arg);
  }
  throw new ArgumentError(
    "INVALID_ARG",
    `argument ${index} must be a string, a finite number, a bigint or a Uint8Array`,
    index,
  );
}

function tooLong(index: number): ArgumentError {
  return new ArgumentError("COMMAND_TOO_LARGE", `argument ${index} is longer than ${longestArgument} bytes`, index);
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
  const whole = new Uint8Array(encoder.length);
  let at = 0;
  for (const piece of encoder.take()) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
