/**
 * Bytes to RESP values, for RESP2 and RESP3, incrementally and without recursion.
 *
 * `feed` lends the decoder one chunk; `read` returns the next whole value, or `incomplete` when the chunk is used up.
 * What is left of an unfinished value by then has been copied, so the chunk is the caller's again and no value ever
 * points into it.
 *
 * ```txt
 *   feed(chunk) ──► read() ─► value, with `kind` "reply", "error" or "push"
 *                   read() ─► …
 *                   read() ─► incomplete: feed the next chunk
 *                   throws ProtocolError: this stream is lost, and every later call throws it again
 * ```
 *
 * @module
 */
import { DecodeError, ProtocolError } from "../errors.ts";
import { Aggregate, arrayType, attributeType, mapType, pushType, setType } from "./aggregate.ts";
import { BulkParts } from "./bulk_parts.ts";
import { toReplyError } from "./error_reply.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { defaultMapping, type Mapping } from "./mapping.ts";
import { isInteger, toDouble, toInteger } from "./numbers.ts";
import { decodeText } from "./text.ts";

/** What `read` returns when it needs more bytes. */
export const incomplete: unique symbol = Symbol("incomplete");

/** What the last value was: an answer, an error that answers, or something nobody asked for. */
export type ReplyKind = "reply" | "error" | "push";

/** How a decoder is set up. */
export interface DecoderOptions {
  /** Bounds on what the peer may send. */
  limits?: Partial<Limits> | undefined;
  /** 2 refuses the types of RESP3. Default 3, which reads both. */
  protocol?: 2 | 3;
  /** Called with the attributes that precede a value; without it they are dropped. */
  onAttribute?: ((attributes: unknown) => void) | undefined;
}

const CR = 13;
const LF = 10;
const plus = 43;
const minus = 45;
const zero = 48;
const question = 63;
const bulkType = 36;
const verbatimType = 61;
const bulkErrorType = 33;

/** A token that opened something instead of being a value. */
const opened = Symbol("opened");
/** The length of a streamed string or aggregate, and of null. */
const streamedLength = -2;
const nullLength = -1;
/** Bulk strings from this length on are collected apart while they come in; shorter ones wait in the rest. */
const apartFrom = 4096;
const none = new Uint8Array(0);

/**
 * An incremental RESP decoder.
 *
 * @example
 * ```ts
 * import { Decoder, incomplete } from "@respool/respool/resp";
 *
 * const decoder = new Decoder();
 * decoder.feed(new TextEncoder().encode("+OK\r\n:1\r\n"));
 * for (let value = decoder.read(); value !== incomplete; value = decoder.read()) {
 *   console.log(decoder.kind, value); // reply OK, then reply 1
 * }
 * ```
 */
export class Decoder {
  /** What the value that `read` returned last was. */
  kind: ReplyKind = "reply";
  /** 2 refuses the types of RESP3. */
  protocol: 2 | 3;

  readonly #limits: Limits;
  readonly #onAttribute: ((attributes: unknown) => void) | undefined;

  /** The bytes being read: the caller's chunk, or `#rest`. */
  #buffer: Uint8Array = none;
  #position = 0;
  #end = 0;
  /** Holds an unfinished value's bytes between chunks. */
  #rest: Uint8Array = none;
  /** Bytes of the stream before `#buffer[0]`. */
  #base = 0;
  /** Stream offset at which the value being read begins. */
  #start = 0;
  /** Stream offset up to which no line end was found; an unfinished line is never searched twice. */
  #searched = 0;
  /** Position behind the header that `#header` read. */
  #next = 0;
  #mapping: Mapping = defaultMapping;

  readonly #stack: Aggregate[] = [];
  #depth = 0;
  #bulk: BulkParts | undefined;
  /** Why the value being read cannot be delivered although the stream is in step. */
  #undeliverable: DecodeError | undefined;
  #failure: ProtocolError | undefined;

  /** Makes a decoder at the start of a stream. */
  constructor(options: DecoderOptions = {}) {
    this.#limits = { ...defaultLimits, ...options.limits };
    this.protocol = options.protocol ?? 3;
    this.#onAttribute = options.onAttribute;
  }

  /** Whether every byte that was fed belongs to a value that `read` has returned. */
  get isEmpty(): boolean {
    return this.#position === this.#end && this.#depth === 0 && this.#bulk === undefined;
  }

  /**
   * Lends the decoder the next bytes of the stream. The chunk must stay unchanged until `read` returned `incomplete`
   * or `keep` was called.
   *
   * @param chunk Bytes as they arrived; may be empty, may end anywhere.
   * @throws {ProtocolError} The one that ended this stream earlier.
   */
  feed(chunk: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#position === this.#end) {
      this.#base += this.#end;
      this.#buffer = chunk;
      this.#position = 0;
      this.#end = chunk.length;
      if (this.#rest.length > 65_536) this.#rest = none;
      return;
    }
    this.keep();
    const end = this.#end + chunk.length;
    if (end > this.#rest.length) this.#buffer = this.#growRest(this.#rest, 0, this.#end, end);
    this.#rest.set(chunk, this.#end);
    this.#end = end;
  }

  /** Copies what has not been read, so that the chunk is the caller's again. */
  keep(): void {
    const left = this.#end - this.#position;
    if (left > this.#rest.length) this.#growRest(this.#buffer, this.#position, this.#end, left);
    else if (this.#buffer !== this.#rest) this.#rest.set(this.#buffer.subarray(this.#position, this.#end));
    else if (this.#position > 0) this.#rest.copyWithin(0, this.#position, this.#end);
    this.#base += this.#position;
    this.#buffer = this.#rest;
    this.#position = 0;
    this.#end = left;
  }

  /** A larger rest that begins with the given bytes. It grows by at most 1 MiB more than is needed. */
  #growRest(from: Uint8Array, start: number, end: number, needed: number): Uint8Array {
    const larger = new Uint8Array(Math.max(256, needed, Math.min(2 * needed, needed + 1_048_576)));
    larger.set(from.subarray(start, end));
    return this.#rest = larger;
  }

  /**
   * The next whole value, or `incomplete`. `kind` says what it is: an error reply is returned as a `ReplyError` and a
   * reply that cannot be delivered as a `DecodeError`, both with the kind `"error"`.
   *
   * @param mapping How the values of this reply are returned; the same object for every call that continues a reply.
   * @throws {ProtocolError} The peer broke the grammar or passed a limit; this stream is lost.
   */
  read(mapping: Mapping = defaultMapping): unknown {
    if (this.#failure !== undefined) throw this.#failure;
    this.#mapping = mapping;
    this.kind = "reply";
    for (;;) {
      let value = this.#bulk === undefined ? this.#token() : this.#continueBulk();
      if (value === incomplete) {
        if (this.#position < this.#end) this.keep();
        return incomplete;
      }
      if (this.#limits.reply > 0) this.#checkReplyLimit(0);
      if (value === opened) continue;
      if (this.#depth > 0) {
        value = this.#addToStack(value);
        if (value === opened) continue;
      }
      this.#start = this.#base + this.#position;
      if (this.#undeliverable === undefined) return value;
      this.kind = "error";
      value = this.#undeliverable;
      this.#undeliverable = undefined;
      return value;
    }
  }

  /** Hands a value to the innermost aggregate and closes what it completes. Returns the outermost value once that is complete. */
  #addToStack(value: unknown): unknown {
    while (this.#depth > 0) {
      const top = this.#stack[this.#depth - 1]!;
      if (!top.add(value)) return opened;
      value = this.#close(top);
      if (value === opened) return opened;
    }
    return value;
  }

  /** Takes the innermost aggregate off the stack. Returns its value, or `opened` for attributes, which are no value. */
  #close(top: Aggregate): unknown {
    this.#depth--;
    const value = top.value;
    top.value = undefined;
    if (top.badKey) {
      this.#undeliverable ??= new DecodeError(
        "BAD_MAP_KEY",
        'a map has a key that is no scalar; read it with replies: { map: "map" } or "pairs"',
        { phase: "reply", sent: true },
      );
    }
    if (top.type === attributeType) {
      this.#onAttribute?.(value);
      return opened;
    }
    if (top.type === pushType) {
      const kind = (value as unknown[])[0];
      if (typeof kind !== "string") this.#fail("BAD_PUSH", "a push must begin with a string", this.#position);
      this.kind = "push";
    }
    return value;
  }

  /** Reads the token at the position: a scalar, or `opened`, or `incomplete` with nothing consumed. */
  #token(): unknown {
    const position = this.#position;
    if (position >= this.#end) return incomplete;
    const type = this.#buffer[position]!;
    switch (type) {
      case bulkType:
        return this.#bulkString(type);
      case 58: // :
        return this.#integer();
      case plus:
        return this.#simpleString();
      case minus:
        return this.#errorLine();
      case arrayType:
        return this.#openAggregate(type);
    }
    if (this.protocol === 2) this.#badType(type);
    switch (type) {
      case mapType:
      case setType:
      case pushType:
      case attributeType:
        return this.#openAggregate(type);
      case verbatimType:
      case bulkErrorType:
        return this.#bulkString(type);
      case 95: // _
        return this.#null();
      case 35: // #
        return this.#boolean();
      case 44: // ,
        return this.#double();
      case 40: // (
        return this.#bigNumber();
      case 46: // .
        return this.#endOfStream();
      default:
        return this.#badType(type);
    }
  }

  /**
   * Reads a length line. Returns the length, `nullLength`, `streamedLength`, or `undefined` when it is not all there;
   * `#next` is the position behind it.
   */
  #length(limit: number, limitCode: string): number | undefined {
    const buffer = this.#buffer;
    const end = this.#end;
    const first = this.#position + 1;
    let i = first;
    let length = 0;
    for (; i < end; i++) {
      const digit = buffer[i]! - zero;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (i + 1 < end && i > first && buffer[i] === CR && buffer[i + 1] === LF) {
      if (length > limit && limit > 0) {
        this.#fail(limitCode, `a reply announces a length of ${length}; the limit is ${limit}`, first);
      }
      this.#next = i + 2;
      return length;
    }
    return this.#oddLength(first, limitCode);
  }

  /** A length line that is not plain digits: signed, streamed, unfinished or wrong. */
  #oddLength(first: number, limitCode: string): number | undefined {
    const line = this.#line(first);
    if (line < 0) {
      // Even an unfinished length has a bound, or a peer could send digits for ever.
      if (this.#end - first > 32) this.#fail("BAD_INTEGER", "a length has more than 32 characters", first);
      return undefined;
    }
    this.#next = line + 2;
    const text = decodeText(this.#buffer, first, line);
    if (text === "?") return streamedLength;
    if (!isInteger(text)) this.#fail("BAD_INTEGER", "a length is no integer", first, this.#buffer[first]);
    const length = Number(text);
    if (length >= 0) {
      if (length > Number.MAX_SAFE_INTEGER) this.#fail(limitCode, "a reply announces a length beyond any limit", first);
      return length;
    }
    if (length === -1) return nullLength;
    return this.#fail("BAD_LENGTH", "a length is negative", first, this.#buffer[first]);
  }

  /** Position of the line end at or after `from`, or -1 when it is not there yet. */
  #line(from: number): number {
    const buffer = this.#buffer;
    const end = this.#end;
    let i = Math.max(from, this.#searched - this.#base);
    while (i < end) {
      const byte = buffer[i]!;
      if (byte === CR || byte === LF) break;
      i++;
    }
    if (this.#limits.line > 0 && i - from > this.#limits.line) {
      this.#fail("LINE_LIMIT", `a line is longer than the limit of ${this.#limits.line} bytes`, i);
    }
    if (i + 1 < end && buffer[i] === CR && buffer[i + 1] === LF) return i;
    if (i < end && (buffer[i] === LF || i + 1 < end)) {
      this.#fail("BAD_TERMINATOR", "a line does not end with CR LF", i, buffer[i]);
    }
    this.#searched = this.#base + i;
    return -1;
  }

  #simpleString(): unknown {
    const from = this.#position + 1;
    const line = this.#line(from);
    if (line < 0) return incomplete;
    this.#position = line + 2;
    return this.#string(from, line);
  }

  #errorLine(): unknown {
    const from = this.#position + 1;
    const line = this.#line(from);
    if (line < 0) return incomplete;
    this.#position = line + 2;
    return this.#error(decodeText(this.#buffer, from, line));
  }

  #error(text: string): unknown {
    if (this.#depth === 0) this.kind = "error";
    return toReplyError(text);
  }

  #integer(): unknown {
    const from = this.#position + 1;
    const buffer = this.#buffer;
    const end = this.#end;
    if (this.#mapping.integer === "auto") {
      let i = from;
      const negative = i < end && buffer[i] === minus;
      if (negative) i++;
      const digits = i;
      let value = 0;
      for (; i < end; i++) {
        const digit = buffer[i]! - zero;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (i > digits && i - digits < 16 && i + 1 < end && buffer[i] === CR && buffer[i + 1] === LF) {
        this.#position = i + 2;
        return negative && value > 0 ? -value : value;
      }
    }
    const line = this.#line(from);
    if (line < 0) return incomplete;
    const text = decodeText(buffer, from, line);
    if (!isInteger(text)) this.#fail("BAD_INTEGER", "an integer is malformed", from, buffer[from]);
    const value = text.length > 64 ? undefined : toInteger(text, this.#mapping.integer);
    if (value === undefined) this.#fail("INT_RANGE", "an integer has more than 64 bits", from);
    this.#position = line + 2;
    return value;
  }

  #null(): unknown {
    const line = this.#line(this.#position + 1);
    if (line < 0) return incomplete;
    if (line !== this.#position + 1) this.#fail("BAD_NULL", "a null has content", this.#position + 1);
    this.#position = line + 2;
    return null;
  }

  #boolean(): unknown {
    const from = this.#position + 1;
    const line = this.#line(from);
    if (line < 0) return incomplete;
    const byte = this.#buffer[from];
    if (line !== from + 1 || (byte !== 116 && byte !== 102)) {
      this.#fail("BAD_BOOLEAN", "a boolean is neither t nor f", from, byte);
    }
    this.#position = line + 2;
    return byte === 116;
  }

  #double(): unknown {
    const from = this.#position + 1;
    const line = this.#line(from);
    if (line < 0) return incomplete;
    const text = line - from > 1024 ? "" : decodeText(this.#buffer, from, line);
    const value = toDouble(text);
    if (value === undefined) this.#fail("BAD_DOUBLE", "a double is malformed", from, this.#buffer[from]);
    this.#position = line + 2;
    return this.#mapping.double === "number" ? value : text;
  }

  #bigNumber(): unknown {
    const from = this.#position + 1;
    const line = this.#line(from);
    const length = (line < 0 ? this.#end : line) - from;
    if (this.#limits.digits > 0 && length > this.#limits.digits + 1) {
      this.#fail("LINE_LIMIT", `a big number has more than ${this.#limits.digits} digits`, from);
    }
    if (line < 0) return incomplete;
    const text = decodeText(this.#buffer, from, line);
    if (!isInteger(text)) this.#fail("BAD_BIGNUM", "a big number is malformed", from, this.#buffer[from]);
    this.#position = line + 2;
    if (this.#mapping.bigNumber === "string") return text;
    return BigInt(text.startsWith("+") ? text.slice(1) : text);
  }

  #openAggregate(type: number): unknown {
    const pairs = type === mapType || type === attributeType;
    const limit = this.#limits.elements;
    const length = this.#length(pairs ? Math.floor(limit / 2) : limit, "ELEMENTS_LIMIT");
    if (length === undefined) return incomplete;
    if (length === nullLength) {
      if (type !== arrayType) this.#fail("BAD_LENGTH", "only an array can have the length -1", this.#position);
      this.#position = this.#next;
      return null;
    }
    if (length === streamedLength && this.protocol === 2) {
      this.#fail("BAD_INTEGER", "a length is no integer", this.#position + 1, question);
    }
    if (type === pushType) {
      if (this.#depth > 0) this.#fail("BAD_PUSH", "a push is inside another value", this.#position);
      if (length <= 0) this.#fail("BAD_PUSH", "a push is empty or streamed", this.#position);
      this.#mapping = defaultMapping;
    }
    if (this.#limits.depth > 0 && this.#depth >= this.#limits.depth) {
      this.#fail("DEPTH_LIMIT", `aggregates are nested deeper than ${this.#limits.depth}`, this.#position);
    }
    this.#position = this.#next;
    const top = this.#stack[this.#depth] ??= new Aggregate();
    top.open(type, length < 0 ? -1 : pairs ? 2 * length : length, this.#mapping);
    this.#depth++;
    return length === 0 ? this.#close(top) : opened;
  }

  #endOfStream(): unknown {
    const line = this.#line(this.#position + 1);
    if (line < 0) return incomplete;
    const top = this.#stack[this.#depth - 1];
    if (line !== this.#position + 1 || this.#depth === 0 || !top!.mayEnd) {
      this.#fail("BAD_TYPE", "the end of a streamed value without its beginning", this.#position, 46);
    }
    this.#position = line + 2;
    return this.#close(top!);
  }

  /** A bulk string, verbatim string or bulk error. */
  #bulkString(type: number): unknown {
    const length = this.#length(this.#limits.bulk, "BULK_LIMIT");
    if (length === undefined) return incomplete;
    if (length >= 0) {
      const from = this.#next;
      const stop = from + length;
      if (stop + 1 < this.#end) {
        if (this.#buffer[stop] !== CR || this.#buffer[stop + 1] !== LF) this.#badEnd(stop);
        this.#position = stop + 2;
        return type === bulkType ? this.#string(from, stop) : this.#tagged(type, this.#buffer, from, stop);
      }
      // The terminator is checked as soon as a byte of it is there, so that a wrong one is not waited on.
      if (stop < this.#end && this.#buffer[stop] !== CR) this.#badEnd(stop);
      if (length < apartFrom) return incomplete;
      if (this.#limits.reply > 0) this.#checkReplyLimit(length);
    } else if (length === nullLength) {
      if (type !== bulkType) this.#fail("BAD_LENGTH", "only a bulk string can have the length -1", this.#position);
      this.#position = this.#next;
      return null;
    } else if (type !== bulkType || this.protocol === 2) {
      this.#fail("UNSUPPORTED_STREAM", "only bulk strings and aggregates can be streamed", this.#position);
    }
    this.#position = this.#next;
    this.#bulk = new BulkParts(type, Math.max(length, 0), length === streamedLength);
    return opened;
  }

  /** Takes more of the bulk string that is coming in. */
  #continueBulk(): unknown {
    const bulk = this.#bulk!;
    for (;;) {
      if (bulk.headerIsDue) {
        if (this.#position >= this.#end) return incomplete;
        const byte = this.#buffer[this.#position]!;
        if (byte !== 59) {
          this.#fail("UNSUPPORTED_STREAM", "a streamed string goes on with something else", this.#position, byte);
        }
        const length = this.#length(this.#limits.bulk, "BULK_LIMIT");
        if (length === undefined) return incomplete;
        if (length < 0) this.#fail("BAD_LENGTH", "a part of a streamed string has no length", this.#position);
        if (this.#limits.bulk > 0 && bulk.length + length > this.#limits.bulk) {
          this.#fail(
            "BULK_LIMIT",
            `a streamed string is longer than the limit of ${this.#limits.bulk}`,
            this.#position,
          );
        }
        this.#position = this.#next;
        if (length === 0) return this.#endBulk(bulk);
        bulk.left = length;
        bulk.headerIsDue = false;
        if (this.#limits.reply > 0) this.#checkReplyLimit(length);
      }
      this.#position += bulk.add(this.#buffer, this.#position, this.#end);
      if (this.#position < this.#end && this.#buffer[this.#position] !== CR) this.#badEnd(this.#position);
      if (this.#position + 1 >= this.#end) return incomplete;
      if (this.#buffer[this.#position + 1] !== LF) this.#badEnd(this.#position);
      this.#position += 2;
      if (!bulk.streamed) return this.#endBulk(bulk);
      bulk.headerIsDue = true;
    }
  }

  #endBulk(bulk: BulkParts): unknown {
    this.#bulk = undefined;
    if (bulk.type !== bulkType) {
      const bytes = bulk.bytes();
      return this.#tagged(bulk.type, bytes, 0, bytes.length);
    }
    if (this.#mapping.strings === "bytes" && !this.#keyIsDue) return bulk.bytes();
    try {
      return bulk.text();
    } catch {
      return this.#tooLong(bulk.length);
    }
  }

  /** A verbatim string or a bulk error, whose bytes are all there. */
  #tagged(type: number, bytes: Uint8Array, from: number, stop: number): unknown {
    if (type === bulkErrorType) return this.#error(decodeText(bytes, from, stop));
    if (stop - from < 4 || bytes[from + 3] !== 58) {
      this.#fail("BAD_VERBATIM", "a verbatim string has no format", this.#position);
    }
    const asBytes = this.#mapping.strings === "bytes" && !this.#keyIsDue;
    const text = asBytes ? bytes.slice(from + 4, stop) : decodeText(bytes, from + 4, stop);
    return this.#mapping.verbatim === "tagged" ? { format: decodeText(bytes, from, from + 3), text } : text;
  }

  /** A string of the buffer, as the mapping wants it. */
  #string(from: number, stop: number): unknown {
    if (this.#mapping.strings === "bytes" && !this.#keyIsDue) return this.#buffer.slice(from, stop);
    try {
      return decodeText(this.#buffer, from, stop);
    } catch {
      return this.#tooLong(stop - from);
    }
  }

  /** Whether an object's key is being read, which is text even among bytes. */
  get #keyIsDue(): boolean {
    return this.#depth > 0 && this.#stack[this.#depth - 1]!.keyIsDue;
  }

  #tooLong(length: number): undefined {
    this.#undeliverable ??= new DecodeError(
      "DECODE_STRING_TOO_LONG",
      `a string of ${length} bytes is longer than the runtime's strings can be; read it with replies: { strings: "bytes" }`,
      { phase: "reply", sent: true },
    );
    return undefined;
  }

  #checkReplyLimit(announced: number): void {
    const length = this.#base + this.#position + announced - this.#start;
    if (length > this.#limits.reply) {
      this.#fail("REPLY_LIMIT", `a reply is longer than the limit of ${this.#limits.reply} bytes`, this.#position);
    }
  }

  #badEnd(position: number): never {
    return this.#fail("BAD_TERMINATOR", "a string is not followed by CR LF", position, this.#buffer[position]);
  }

  /** A byte that begins no value. At the very start of a stream it may tell who is talking instead. */
  #badType(byte: number): never {
    const peer = this.#base + this.#position === 0 ? otherPeers[byte] : undefined;
    if (peer !== undefined) this.#fail("WRONG_PEER", `the peer speaks ${peer}, not RESP`, this.#position, byte);
    const shown = byte > 32 && byte < 127
      ? `"${String.fromCharCode(byte)}"`
      : `0x${byte.toString(16).padStart(2, "0")}`;
    return this.#fail("BAD_TYPE", `${shown} begins no RESP${this.protocol} value`, this.#position, byte);
  }

  #fail(code: string, message: string, position: number, byte?: number): never {
    const fields = { phase: "reply", sent: true } as const;
    this.#failure = new ProtocolError(code, message, this.#base + position, byte, fields);
    throw this.#failure;
  }
}

/** Who else may be on the port, by the first byte it sends. */
const otherPeers: Record<number, string> = { 72: "HTTP", 83: "SSH", 21: "TLS", 22: "TLS", 80: "the PROXY protocol" };
