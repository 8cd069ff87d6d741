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
import { ArgumentError, ReplyError } from "../errors.ts";
import { given } from "./given.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { defaultMapping, type Mapping } from "./mapping.ts";
import { incomplete, Scalars } from "./scalars.ts";
import { opened, Stack } from "./stack.ts";
import { Strings } from "./strings.ts";
import { type DecodeText, decodeText } from "./text.ts";

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

// The first bytes of values. They are constants of this file because V8 loads imported ones anew for each value.
const simpleType = 43;
const errorType = 45;
const integerType = 58;
const bulkType = 36;
const arrayType = 42;
const nullType = 95;
const booleanType = 35;
const doubleType = 44;
const bigNumberType = 40;
const bulkErrorType = 33;
const verbatimType = 61;
const mapType = 37;
const setType = 126;
const attributeType = 124;
const pushType = 62;
const endType = 46;

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
  readonly #strings: Strings;
  #mapping: Mapping = defaultMapping;
  /** Whether the next byte begins a reply. */
  #isBetween = true;

  /**
   * Makes a decoder at the start of a stream.
   *
   * @throws {ArgumentError} INVALID_OPTION with the limit's name.
   */
  constructor(options: DecoderOptions = {}) {
    const limits = { ...defaultLimits, ...given(options.limits) };
    this.#isReplyBounded = limits.reply > 0;
    const toText = options.decodeText ?? decodeText;
    this.#input = new Scalars(limits.reply, toText);
    for (const name of Object.keys(limits) as (keyof Limits)[]) {
      if (!(limits[name] >= 0)) {
        throw new ArgumentError("INVALID_OPTION", `limits.${name} must be 0 or more`, `limits.${name}`);
      }
      limits[name] ||= Number.MAX_SAFE_INTEGER;
    }
    this.#limits = limits;
    this.#hasTightLimits = this.#isReplyBounded || Math.min(limits.bulk, limits.line) < longestShort;
    this.#stack = new Stack(this.#input, limits, options.onAttribute);
    this.#strings = new Strings(this.#input, this.#stack, limits, toText);
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
    const strings = this.#strings;
    for (;;) {
      let value = strings.isOpen ? strings.resume(this.#mapping) : this.#token();
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
    return !this.#strings.isOpen && !this.#hasTightLimits && this.#mapping.strings === "utf8";
  }

  /** What is returned for an outermost value: itself, unless it is a reply that cannot be delivered. */
  #deliver(value: unknown): unknown {
    const stack = this.#stack;
    if (stack.isPush) {
      stack.isPush = false;
      // A push answers nobody, so there is nobody to tell what a hook of attributes threw.
      stack.undeliverable = undefined;
      this.kind = "push";
    } else if (value instanceof ReplyError) this.kind = "error";
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
        return this.#strings.bulk(type, this.#mapping, this.protocol === 3);
      case integerType:
        return input.integer(this.#mapping.integer);
      case simpleType:
      case errorType:
        return this.#strings.simple(type, this.#mapping);
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
        return this.#strings.bulk(type, this.#mapping, true);
      case nullType:
        return input.null();
      case booleanType:
        return input.boolean();
      case doubleType:
        return input.double(this.#mapping.double);
      case bigNumberType:
        return input.bigNumber(this.#mapping.bigNumber, this.#limits.digits);
      case endType:
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
}
