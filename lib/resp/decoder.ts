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
import { arrayType, attributeType, mapType, pushType, setType } from "./aggregate.ts";
import { toReplyError } from "./error_reply.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { LongString, type LongStringForm } from "./long_string.ts";
import { defaultMapping, type Mapping } from "./mapping.ts";
import { incomplete, Scalars } from "./scalars.ts";
import { CR, LF, nullLength, unfinished } from "./scanner.ts";
import { opened, Stack } from "./stack.ts";
import { type DecodeText, decodeText } from "./text.ts";
import { textTooLong } from "./undeliverable.ts";

export { incomplete };

/** What the last value was: an answer, an error that answers, or something nobody asked for. */
export type ReplyKind = "reply" | "error" | "push";

/** How a decoder is set up. */
export interface DecoderOptions {
  /** Bounds on what the peer may send. */
  limits?: Partial<Limits> | undefined;
  /** 2 refuses the types of RESP3. Default 3, which reads both. */
  protocol?: 2 | 3;
  /**
   * Called with the attributes that precede a value, or with a `DecodeError` when they cannot be delivered; without
   * it they are dropped. When it throws, the reply that the attributes belong to becomes a `DecodeError`; the stream
   * goes on.
   */
  onAttribute?: ((attributes: unknown) => void) | undefined;
  /** How bytes become text; a runtime may have a faster way than `TextDecoder`, which is the default. */
  decodeText?: DecodeText | undefined;
}

const plus = 43;
const minus = 45;
const colon = 58;
const bulkType = 36;
const verbatimType = 61;
const bulkErrorType = 33;

/** Strings from this length on are taken apart while they come in; shorter ones wait in the input until all is there. */
const apartFrom = 4096;
/** No value that is read the short way is longer. */
const longestShort = 9999;

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
  readonly #isReplyBounded: boolean;
  /** Whether even short values may pass a limit, so that each has to be read the long way. */
  readonly #hasTightLimits: boolean;
  readonly #input: Scalars;
  readonly #stack: Stack;
  #mapping: Mapping = defaultMapping;
  /** Whether the next byte begins a reply. */
  #isBetween = true;
  /** The string that is taken while it comes in, if `#isLong`. */
  readonly #long: LongString;
  #isLong = false;

  /** Makes a decoder at the start of a stream. */
  constructor(options: DecoderOptions = {}) {
    const limits = { ...defaultLimits, ...options.limits };
    this.#isReplyBounded = limits.reply > 0;
    const toText = options.decodeText ?? decodeText;
    this.#input = new Scalars(limits.reply, toText);
    this.#long = new LongString(toText);
    for (const name of Object.keys(limits) as (keyof Limits)[]) limits[name] ||= Number.MAX_SAFE_INTEGER;
    this.#limits = limits;
    this.#hasTightLimits = this.#isReplyBounded || Math.min(limits.bulk, limits.line) < longestShort;
    this.#stack = new Stack(this.#input, limits, options.onAttribute);
    this.protocol = options.protocol ?? 3;
  }

  /** Whether every byte that was fed belongs to a value that `read` has returned. */
  get isEmpty(): boolean {
    return this.#isBetween && this.#input.isEmpty && this.#input.failure === undefined;
  }

  /**
   * Lends the decoder the next bytes of the stream. The chunk must stay unchanged until `read` returned `incomplete`
   * or `keep` was called.
   *
   * @param chunk Bytes as they arrived; may be empty, may end anywhere.
   * @throws {ProtocolError} The one that ended this stream earlier.
   */
  feed(chunk: Uint8Array): void {
    if (this.#input.failure !== undefined) throw this.#input.failure;
    this.#input.feed(chunk);
  }

  /** Copies what has not been read, so that the chunk is the caller's again. */
  keep(): void {
    this.#input.keep();
  }

  /**
   * The next whole value, or `incomplete`. `kind` says what it is: an error reply is returned as a `ReplyError` and a
   * reply that cannot be delivered as a `DecodeError`, both with the kind `"error"`. In a push, what cannot be
   * delivered is a `DecodeError` in its place.
   *
   * @param mapping How the values of this reply are returned; the same object for every call that continues a reply.
   * Pushes have the default mapping.
   * @throws {ProtocolError} The peer broke the grammar or passed a limit; this stream is lost.
   */
  read(mapping: Mapping = defaultMapping): unknown {
    const input = this.#input;
    if (input.failure !== undefined) throw input.failure;
    this.kind = "reply";
    if (this.#isBetween) {
      if (mapping === defaultMapping && !this.#hasTightLimits) {
        const value = input.shortReply();
        if (value !== undefined) return value;
      }
      input.start = input.offset;
    }
    this.#mapping = this.#stack.isPush ? defaultMapping : mapping;
    return this.#readOn();
  }

  /** Reads token by token until the outermost value is whole. */
  #readOn(): unknown {
    const input = this.#input;
    const stack = this.#stack;
    for (;;) {
      let value = this.#isLong ? this.#continueLong() : this.#token();
      if (value === incomplete) {
        if (input.more()) continue;
        return incomplete;
      }
      if (this.#isReplyBounded) input.checkReply(input.position);
      if (stack.depth > 0) {
        if (value !== opened) value = stack.add(value);
        if (value === opened && this.#mayTakeTexts) value = stack.takeTexts();
      }
      if (value === opened) {
        this.#isBetween = false;
        continue;
      }
      this.#isBetween = true;
      return this.#deliver(value);
    }
  }

  get #mayTakeTexts(): boolean {
    return !this.#isLong && !this.#hasTightLimits && this.#mapping.strings === "utf8";
  }

  /** What is returned for an outermost value: itself, unless it is a reply that cannot be delivered. */
  #deliver(value: unknown): unknown {
    const stack = this.#stack;
    if (stack.isPush) {
      stack.isPush = false;
      // A push answers nobody, so there is nobody to tell what a hook of attributes threw.
      stack.undeliverable = undefined;
      this.kind = "push";
    }
    const error = stack.undeliverable;
    if (error === undefined) return value;
    stack.undeliverable = undefined;
    this.kind = "error";
    return error;
  }

  /** Reads the token at the position: a scalar, or `opened`, or `incomplete` with nothing consumed. */
  #token(): unknown {
    const input = this.#input;
    const { position } = input;
    if (position >= input.end) return incomplete;
    const type = input.buffer[position]!;
    switch (type) {
      case bulkType:
        return this.#bulkString(type);
      case colon:
        return input.integer(this.#mapping.integer);
      case plus:
      case minus:
        return this.#simpleString(type);
      case arrayType:
        return this.#aggregate(type);
    }
    if (this.protocol === 2) input.badType(2);
    switch (type) {
      case mapType:
      case setType:
      case pushType:
      case attributeType:
        return this.#aggregate(type);
      case verbatimType:
      case bulkErrorType:
        return this.#bulkString(type);
      case 95: // _
        return input.null();
      case 35: // #
        return input.boolean();
      case 44: // ,
        return input.double(this.#mapping.double);
      case 40: // (
        return input.bigNumber(this.#mapping.bigNumber, this.#limits.digits);
      case 46: // .
        return this.#stack.endStream();
      default:
        return input.badType(3);
    }
  }

  #aggregate(type: number): unknown {
    // Nobody asked for a push, so nobody's mapping applies to it.
    if (type === pushType) this.#mapping = defaultMapping;
    return this.#stack.open(type, this.#mapping, this.protocol === 3);
  }

  /** A simple string or an error line. */
  #simpleString(type: number): unknown {
    const input = this.#input;
    const from = input.position + 1;
    const line = input.line(from, this.#limits.line, "LINE_LIMIT", "a line is longer than the limit");
    if (line < 0) {
      if (input.end - from < apartFrom) return incomplete;
      input.position = from;
      return this.#openLong(type, "line", Infinity, this.#limits.line);
    }
    input.position = line + 2;
    return type === plus ? this.#string(from, line) : this.#error(decodeText(input.buffer, from, line));
  }

  /** A bulk string, verbatim string or bulk error. */
  #bulkString(type: number): unknown {
    const input = this.#input;
    const length = input.length(this.#limits.bulk, "BULK_LIMIT");
    if (length < 0) return this.#oddBulk(type, length);
    const { buffer, next } = input;
    const stop = next + length;
    if (this.#isReplyBounded) input.checkReply(stop + 2);
    if (type === verbatimType && length < 4) {
      input.blame("BAD_VERBATIM", "a verbatim string has no format", input.position + 1);
    }
    if (stop + 1 < input.end && buffer[stop] === CR && buffer[stop + 1] === LF) {
      input.position = stop + 2;
      return type === bulkType ? this.#string(next, stop) : this.#tagged(type, buffer, next, stop);
    }
    input.endsAt(stop, "BAD_TERMINATOR", "a string is not followed by CR LF");
    if (length < apartFrom) return incomplete;
    input.position = next;
    return this.#openLong(type, "bulk", length, this.#limits.bulk);
  }

  /** A bulk string whose length is none. */
  #oddBulk(type: number, length: number): unknown {
    const input = this.#input;
    if (length === unfinished) return incomplete;
    const isPlain = type === bulkType;
    if (length === nullLength) {
      if (!isPlain) input.blame("BAD_LENGTH", "only a bulk string can have the length -1", input.position + 1);
      input.position = input.next;
      return null;
    }
    if (!isPlain || this.protocol === 2) {
      input.blame("UNSUPPORTED_STREAM", "only bulk strings of RESP3 can be streamed", input.position + 1);
    }
    input.position = input.next;
    return this.#openLong(type, "streamed", 0, this.#limits.bulk);
  }

  #openLong(type: number, form: LongStringForm, left: number, limit: number): unknown {
    const asBytes = type === verbatimType || (this.#wantsBytes && (type === bulkType || type === plus));
    this.#long.open(type, form, left, limit, asBytes);
    this.#isLong = true;
    return opened;
  }

  /** Takes more of the long string. */
  #continueLong(): unknown {
    const long = this.#long;
    if (!long.advance(this.#input)) return incomplete;
    this.#isLong = false;
    const { type, length } = long;
    if (long.isBytes) {
      const bytes = long.takeBytes();
      return type === verbatimType ? this.#verbatim(bytes, 0, length) : bytes;
    }
    const text = long.takeText();
    if (type === minus || type === bulkErrorType) return this.#error(text ?? "ERR");
    return text ?? this.#stack.notDeliverable(textTooLong(length));
  }

  /** A string of the buffer, as the mapping wants it. */
  #string(from: number, stop: number): unknown {
    const input = this.#input;
    if (this.#wantsBytes) return new Uint8Array(input.buffer.subarray(from, stop));
    return this.#text(input.buffer, from, stop);
  }

  #text(bytes: Uint8Array, from: number, stop: number): unknown {
    const input = this.#input;
    try {
      return bytes === input.buffer ? input.window.read(bytes, from, stop, input.end) : decodeText(bytes, from, stop);
    } catch {
      return this.#stack.notDeliverable(textTooLong(stop - from));
    }
  }

  /** A verbatim string or a bulk error, whose bytes are all there. */
  #tagged(type: number, bytes: Uint8Array, from: number, stop: number): unknown {
    return type === bulkErrorType ? this.#error(decodeText(bytes, from, stop)) : this.#verbatim(bytes, from, stop);
  }

  /** The verbatim string that ends two bytes before the position. */
  #verbatim(bytes: Uint8Array, from: number, stop: number): unknown {
    if (bytes[from + 3] !== colon) {
      const at = this.#input.position - 2 - (stop - from) + 3;
      this.#input.fail("BAD_VERBATIM", "a verbatim string has no format", at, bytes[from + 3]);
    }
    const text = this.#wantsBytes ? new Uint8Array(bytes.subarray(from + 4, stop)) : this.#text(bytes, from + 4, stop);
    const isTagged = this.#mapping.verbatim === "tagged" && !this.#stack.keyIsDue;
    return isTagged ? { format: decodeText(bytes, from, from + 3), text } : text;
  }

  #error(text: string): unknown {
    if (this.#stack.depth === 0) this.kind = "error";
    return toReplyError(text);
  }

  get #wantsBytes(): boolean {
    return this.#mapping.strings === "bytes" && !this.#stack.keyIsDue;
  }
}
