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
import { DecodeError } from "../errors.ts";
import { Aggregate, arrayType, attributeType, mapType, pushType, setType } from "./aggregate.ts";
import { toReplyError } from "./error_reply.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { LongString, type LongStringForm } from "./long_string.ts";
import { defaultMapping, type Mapping } from "./mapping.ts";
import { incomplete, Scalars } from "./scalars.ts";
import { CR, LF, nullLength, streamedLength, unfinished } from "./scanner.ts";
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
   * Called with the attributes that precede a value; without it they are dropped. When it throws, the reply that the
   * attributes belong to becomes a `DecodeError`; the stream goes on.
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

/** A token that opened something instead of being a value. */
const opened = Symbol("opened");
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
  readonly #onAttribute: ((attributes: unknown) => void) | undefined;
  readonly #input: Scalars;
  #mapping: Mapping = defaultMapping;

  readonly #stack: Aggregate[] = [];
  #depth = 0;
  /** The long string that is coming in, if `#isLong`. */
  readonly #long: LongString = new LongString();
  #isLong = false;
  /** Whether even short values may pass a limit, so that each has to be read the long way. */
  readonly #hasTightLimits: boolean;
  /** Whether the next byte begins a reply that may be read the short way. */
  #isBetween: boolean;
  /** Whether the outermost aggregate is a push, which nobody's mapping applies to. */
  #isPush = false;
  /** Why the value being read cannot be delivered although the stream is in step. */
  #undeliverable: DecodeError | undefined;

  /** Makes a decoder at the start of a stream. */
  constructor(options: DecoderOptions = {}) {
    const limits = { ...defaultLimits, ...options.limits };
    this.#input = new Scalars(limits.reply, options.decodeText ?? decodeText);
    this.#isReplyBounded = limits.reply > 0;
    for (const name of Object.keys(limits) as (keyof Limits)[]) {
      limits[name] ||= Number.MAX_SAFE_INTEGER;
    }
    this.#limits = limits;
    this.#hasTightLimits = this.#isReplyBounded ||
      Math.min(limits.bulk, limits.line) < longestShort;
    this.#isBetween = !this.#hasTightLimits;
    this.protocol = options.protocol ?? 3;
    this.#onAttribute = options.onAttribute;
  }

  /** Whether every byte that was fed belongs to a value that `read` has returned. */
  get isEmpty(): boolean {
    return this.#input.isEmpty && this.#input.offset === this.#input.start;
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
      const value = this.#shortReply(mapping);
      if (value !== undefined) {
        input.start = input.offset;
        return value;
      }
    }
    this.#mapping = this.#isPush ? defaultMapping : mapping;
    return this.#readOn();
  }

  /** The three replies that most commands have, when they are all there and wanted as by default. */
  #shortReply(mapping: Mapping): string | number | undefined {
    const input = this.#input;
    switch (input.buffer[input.position]) {
      case bulkType:
        return mapping.strings === "utf8" ? input.shortText() : undefined;
      case colon:
        return mapping.integer === "auto" ? input.shortInteger() : undefined;
      case plus:
        return mapping.strings === "utf8" ? input.shortLine() : undefined;
      default:
        return undefined;
    }
  }

  #readOn(): unknown {
    const input = this.#input;
    for (;;) {
      let value = this.#isLong ? this.#continueLong() : this.#token();
      if (value === incomplete) {
        if (input.more()) continue;
        return incomplete;
      }
      if (this.#isReplyBounded) input.checkReply(input.position);
      if (this.#depth > 0) {
        value = value === opened ? this.#takeTexts() : this.#addToStack(value);
      }
      if (value === opened) {
        this.#isBetween = false;
        continue;
      }
      input.start = input.offset;
      this.#isBetween = !this.#hasTightLimits;
      return this.#undeliverable === undefined ? value : this.#withhold(value);
    }
  }

  /** Takes what the innermost aggregate can take at once. Returns the outermost value if that completes it. */
  #takeTexts(): unknown {
    if (
      this.#isLong || this.#hasTightLimits || this.#mapping.strings !== "utf8"
    ) return opened;
    const top = this.#stack[this.#depth - 1]!;
    return top.takeTexts(this.#input) ? this.#complete(top) : opened;
  }

  /** What is returned in place of a reply that cannot be delivered. */
  #withhold(value: unknown): unknown {
    const error = this.#undeliverable;
    this.#undeliverable = undefined;
    // A push answers nobody, so there is nobody to reject.
    if (this.kind === "push") return value;
    this.kind = "error";
    return error;
  }

  /** Notes why the value being read cannot be delivered. Returns what stands in its place. */
  #notDeliverable(error: DecodeError): DecodeError {
    if (!this.#isPush) this.#undeliverable ??= error;
    return error;
  }

  /** Hands a value to the innermost aggregate. Returns the outermost value if that completes it. */
  #addToStack(value: unknown): unknown {
    const top = this.#stack[this.#depth - 1]!;
    return top.add(value) ? this.#complete(top) : this.#takeTexts();
  }

  /** Closes an aggregate that has its last value, and all others that this completes. Returns the outermost value. */
  #complete(top: Aggregate): unknown {
    for (;;) {
      if (top.isStreamed) {
        this.#input.fail(
          "ELEMENTS_LIMIT",
          "a streamed aggregate has more values than the limit",
          this.#input.position,
        );
      }
      const value = this.#close(top);
      if (this.#depth === 0 || value === opened) return value;
      top = this.#stack[this.#depth - 1]!;
      if (!top.add(value)) return opened;
    }
  }

  /** Takes the innermost aggregate off the stack. Returns its value, or `opened` for attributes, which are no value. */
  #close(top: Aggregate): unknown {
    this.#depth--;
    let value = top.value;
    top.value = undefined;
    if (top.badKey) value = this.#notDeliverable(badKey());
    if (top.type === attributeType) return this.#closeAttribute(top, value);
    if (top.type === pushType) {
      this.#isPush = false;
      this.kind = "push";
      if (typeof (value as unknown[])[0] !== "string") {
        this.#input.fail(
          "BAD_PUSH",
          "a push does not begin with a string",
          top.offset - this.#input.base,
          pushType,
        );
      }
    }
    return value;
  }

  /** Hands attributes to the hook. What is wrong with them is no reason to withhold the value behind them. */
  #closeAttribute(top: Aggregate, value: unknown): unknown {
    const error = this.#undeliverable;
    this.#undeliverable = top.outer;
    top.outer = undefined;
    try {
      this.#onAttribute?.(error ?? value);
    } catch (cause) {
      this.#notDeliverable(
        decodeError("DECODE_TRANSFORM", "onAttribute threw", cause),
      );
    }
    return opened;
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
        return input.null();
      case 35: // #
        return input.boolean();
      case 44: // ,
        return input.double(this.#mapping.double);
      case 40: // (
        return input.bigNumber(this.#mapping.bigNumber, this.#limits.digits);
      case 46: // .
        return this.#endStream();
      default:
        return this.#badType(type);
    }
  }

  #openAggregate(type: number): unknown {
    const input = this.#input;
    const at = input.position;
    const pairs = type === mapType || type === attributeType;
    const limit = this.#limits.elements;
    const length = input.length(
      pairs ? Math.floor(limit / 2) : limit,
      "ELEMENTS_LIMIT",
    );
    if (length === unfinished) return incomplete;
    if (length === nullLength) {
      if (type !== arrayType) {
        input.blame(
          "BAD_LENGTH",
          "only an array can have the length -1",
          at + 1,
        );
      }
      input.position = input.next;
      return null;
    }
    const isStreamed = length === streamedLength;
    if (isStreamed && this.protocol === 2) {
      input.blame("UNSUPPORTED_STREAM", "RESP2 has no streams", at + 1);
    }
    if (type === pushType) this.#openPush(at, length);
    if (this.#depth >= this.#limits.depth) {
      input.fail(
        "DEPTH_LIMIT",
        `aggregates are nested deeper than ${this.#limits.depth}`,
        at,
      );
    }
    input.position = input.next;
    const top = this.#stack[this.#depth] ??= new Aggregate();
    top.open(
      type,
      isStreamed ? limit + 1 : pairs ? 2 * length : length,
      isStreamed,
      this.#mapping,
    );
    if (type === attributeType) {
      top.outer = this.#undeliverable;
      this.#undeliverable = undefined;
    } else if (type === pushType) top.offset = input.base + at;
    this.#depth++;
    return length === 0 ? this.#close(top) : opened;
  }

  #openPush(at: number, length: number): void {
    if (this.#depth > 0) {
      this.#input.blame("BAD_PUSH", "a push is inside another value", at);
    }
    if (length <= 0) {
      this.#input.blame("BAD_PUSH", "a push is empty or streamed", at + 1);
    }
    this.#isPush = true;
    this.#mapping = defaultMapping;
  }

  #endStream(): unknown {
    const input = this.#input;
    const top = this.#stack[this.#depth - 1];
    if (this.#depth === 0 || !top!.mayEnd) {
      input.blame(
        "BAD_TYPE",
        "the end of a streamed value without its beginning",
        input.position,
      );
    }
    if (
      !input.endsAt(
        input.position + 1,
        "BAD_TERMINATOR",
        "an end mark is not followed by CR LF",
      )
    ) return incomplete;
    input.position += 3;
    return this.#close(top!);
  }

  /** A simple string or an error line. */
  #simpleString(type: number): unknown {
    const input = this.#input;
    const from = input.position + 1;
    const line = input.line(
      from,
      this.#limits.line,
      "LINE_LIMIT",
      "a line is longer than the limit",
    );
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
      input.blame(
        "BAD_VERBATIM",
        "a verbatim string has no format",
        input.position + 1,
      );
    }
    if (
      stop + 1 < input.end && buffer[stop] === CR && buffer[stop + 1] === LF
    ) {
      if (type !== bulkType) return this.#tagged(type, buffer, next, stop);
      input.position = stop + 2;
      return this.#string(next, stop);
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
      if (!isPlain) {
        input.blame(
          "BAD_LENGTH",
          "only a bulk string can have the length -1",
          input.position + 1,
        );
      }
      input.position = input.next;
      return null;
    }
    if (!isPlain || this.protocol === 2) {
      input.blame(
        "UNSUPPORTED_STREAM",
        "only bulk strings of RESP3 can be streamed",
        input.position + 1,
      );
    }
    input.position = input.next;
    return this.#openLong(type, "streamed", 0, this.#limits.bulk);
  }

  #openLong(
    type: number,
    form: LongStringForm,
    left: number,
    limit: number,
  ): unknown {
    const asBytes = type === verbatimType ||
      (this.#wantsBytes && (type === bulkType || type === plus));
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
    if (type === verbatimType) {
      const bytes = long.takeBytes();
      return this.#verbatim(bytes, 0, bytes.length);
    }
    if (long.isBytes) return long.takeBytes();
    const text = long.takeText();
    if (type === minus || type === bulkErrorType) {
      return this.#error(text ?? "ERR");
    }
    return text ?? this.#tooLong(length);
  }

  /** A string of the buffer, as the mapping wants it. */
  #string(from: number, stop: number): unknown {
    const input = this.#input;
    if (this.#wantsBytes) {
      return new Uint8Array(input.buffer.subarray(from, stop));
    }
    try {
      return input.window.read(input.buffer, from, stop, input.end);
    } catch {
      return this.#tooLong(stop - from);
    }
  }

  /** A verbatim string or a bulk error that is all in the buffer. */
  #tagged(
    type: number,
    buffer: Uint8Array,
    from: number,
    stop: number,
  ): unknown {
    this.#input.position = stop + 2;
    return type === bulkErrorType ? this.#error(decodeText(buffer, from, stop)) : this.#verbatim(buffer, from, stop);
  }

  /** The verbatim string that ends two bytes before the position. */
  #verbatim(bytes: Uint8Array, from: number, stop: number): unknown {
    if (bytes[from + 3] !== colon) {
      const at = this.#input.position - 2 - (stop - from) + 3;
      this.#input.fail(
        "BAD_VERBATIM",
        "a verbatim string has no format",
        at,
        bytes[from + 3],
      );
    }
    const text = this.#wantsBytes ? bytes.slice(from + 4, stop) : decodeText(bytes, from + 4, stop);
    const isTagged = this.#mapping.verbatim === "tagged" && !this.#keyIsDue;
    return isTagged ? { format: decodeText(bytes, from, from + 3), text } : text;
  }

  #error(text: string): unknown {
    if (this.#depth === 0) this.kind = "error";
    return toReplyError(text);
  }

  get #wantsBytes(): boolean {
    return this.#mapping.strings === "bytes" && !this.#keyIsDue;
  }

  /** Whether an object's key is being read, which is text even among bytes. */
  get #keyIsDue(): boolean {
    return this.#depth > 0 && this.#stack[this.#depth - 1]!.keyIsDue;
  }

  #tooLong(length: number): DecodeError {
    return this.#notDeliverable(decodeError(
      "DECODE_STRING_TOO_LONG",
      `a string of ${length} bytes is longer than the runtime's strings can be; read it with replies: { strings: "bytes" }`,
    ));
  }

  /** A byte that begins no value. At the very start of a stream it may tell who is talking instead. */
  #badType(byte: number): never {
    const input = this.#input;
    const peer = input.offset === 0 ? otherPeers[byte] : undefined;
    if (peer !== undefined) {
      input.blame(
        "WRONG_PEER",
        `the peer speaks ${peer}, not RESP`,
        input.position,
      );
    }
    const shown = byte > 32 && byte < 127
      ? `"${String.fromCharCode(byte)}"`
      : `0x${byte.toString(16).padStart(2, "0")}`;
    return input.blame(
      "BAD_TYPE",
      `${shown} begins no RESP${this.protocol} value`,
      input.position,
    );
  }
}

/** Who else may be on the port, by the first byte it sends. */
const otherPeers: Record<number, string> = {
  72: "HTTP",
  83: "SSH",
  21: "TLS",
  22: "TLS",
  80: "the PROXY protocol",
};

function badKey(): DecodeError {
  const remedy = 'read it with replies: { map: "map" } or "pairs"';
  return decodeError(
    "BAD_MAP_KEY",
    `a map has a key that is no scalar; ${remedy}`,
  );
}

function decodeError(
  code: string,
  message: string,
  cause?: unknown,
): DecodeError {
  return new DecodeError(code, message, { phase: "reply", sent: true, cause });
}
