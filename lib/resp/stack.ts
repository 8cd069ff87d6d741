/**
 * The aggregates that are being read, one within the other.
 *
 * ```txt
 *   *2 :1 %1 +a …      depth 2:  [ array, one value to come ]  [ map, value of "a" to come ]
 * ```
 *
 * @module
 */
import type { DecodeError } from "../errors.ts";
import { Aggregate, arrayType, attributeType, mapType, pushType } from "./aggregate.ts";
import type { Limits } from "./limits.ts";
import type { Mapping } from "./mapping.ts";
import { incomplete, type Scalars } from "./scalars.ts";
import { nullLength, streamedLength, unfinished } from "./scanner.ts";
import { badMapKey, hookThrew } from "./undeliverable.ts";

/** Stands for a value while that is not whole. */
export const opened: unique symbol = Symbol("opened");

/**
 * Places that the outermost array may have before its values are there: no more than the bytes at hand suggest, and
 * never more than 1 MiB.
 */
const mostReserved = 131_072;

/** Puts values together. Its methods return the outermost value once it is whole, and `opened` before that. */
export class Stack {
  /** How many aggregates are open. */
  depth = 0;
  /** Whether the outermost one is, or just was, a push. */
  isPush = false;
  /** Why the reply being read cannot be delivered although the stream is in step. */
  undeliverable: DecodeError | undefined;

  readonly #levels: Aggregate[] = [];
  readonly #input: Scalars;
  readonly #limits: Limits;
  readonly #onAttribute: ((attributes: unknown) => void) | undefined;

  /** Starts empty. */
  constructor(input: Scalars, limits: Limits, onAttribute: ((attributes: unknown) => void) | undefined) {
    this.#input = input;
    this.#limits = limits;
    this.#onAttribute = onAttribute;
  }

  /** Whether an object's key is due, which is text even among bytes. */
  get keyIsDue(): boolean {
    return this.depth > 0 && this.#levels[this.depth - 1]!.keyIsDue;
  }

  /** Notes why the reply cannot be delivered. Returns what stands in the value's place. */
  notDeliverable(error: DecodeError): DecodeError {
    if (!this.isPush) this.undeliverable ??= error;
    return error;
  }

  /** Reads the header of an aggregate. Returns its value if it has no elements, or `incomplete` with nothing consumed. */
  open(type: number, mapping: Mapping, mayStream: boolean): unknown {
    const input = this.#input;
    const at = input.position;
    const pairs = type === mapType || type === attributeType;
    const limit = this.#limits.elements;
    const length = input.length(pairs ? Math.floor(limit / 2) : limit, "ELEMENTS_LIMIT");
    if (length === unfinished) return incomplete;
    if (length === nullLength) {
      if (type !== arrayType) {
        input.blame("BAD_LENGTH", "only a bulk string or an array can have the length -1", at + 1);
      }
      input.position = input.next;
      return null;
    }
    const isStreamed = length === streamedLength;
    if (isStreamed && !mayStream) {
      input.blame("UNSUPPORTED_STREAM", "only bulk strings and aggregates of RESP3 can be streamed", at + 1);
    }
    if (type === pushType) this.#checkPush(at, length);
    if (this.depth >= this.#limits.depth) {
      input.fail("DEPTH_LIMIT", `aggregates are nested deeper than ${this.#limits.depth}`, at);
    }
    input.position = input.next;
    const top = (this.#levels[this.depth++] ??= new Aggregate());
    const reserve = this.depth > 1 || isStreamed ? 0 : Math.min(mostReserved, 2 * (input.end - input.position));
    top.open(type, isStreamed ? limit + 1 : pairs ? 2 * length : length, isStreamed, mapping, reserve);
    if (type === pushType) {
      this.isPush = true;
      top.offset = input.base + at;
    } else if (type === attributeType) {
      top.outer = this.undeliverable;
      this.undeliverable = undefined;
    }
    return length === 0 ? this.#close(top) : opened;
  }

  #checkPush(at: number, length: number): void {
    if (this.depth > 0) this.#input.blame("BAD_PUSH", "a push is inside another value", at);
    if (length <= 0) this.#input.blame("BAD_PUSH", "a push is empty or streamed", at + 1);
  }

  /** Hands a value to the innermost aggregate. */
  add(value: unknown): unknown {
    const top = this.#levels[this.depth - 1]!;
    return top.add(value) ? this.#complete(top) : opened;
  }

  /** Lets the innermost aggregate take the short strings that come next. */
  takeTexts(): unknown {
    if (this.depth === 0) return opened;
    const top = this.#levels[this.depth - 1]!;
    return top.takeTexts(this.#input) ? this.#complete(top) : opened;
  }

  /** Reads the mark that ends a streamed aggregate. Returns its value, or `incomplete` with nothing consumed. */
  endStream(): unknown {
    const input = this.#input;
    const top = this.#levels[this.depth - 1];
    if (this.depth === 0 || !top!.mayEnd) {
      input.blame("BAD_TYPE", "an end mark without a beginning", input.position);
    }
    if (!input.endsAt(input.position + 1)) return incomplete;
    input.position += 3;
    return this.#close(top!);
  }

  /** Closes an aggregate that has its last value, and all others that this completes. */
  #complete(innermost: Aggregate): unknown {
    for (let top = innermost;;) {
      if (top.isStreamed) {
        this.#input.fail("ELEMENTS_LIMIT", "an aggregate is longer than the limit", this.#input.position);
      }
      const value = this.#close(top);
      if (this.depth === 0 || value === opened) return value;
      top = this.#levels[this.depth - 1]!;
      if (!top.add(value)) return opened;
    }
  }

  /** Takes the innermost aggregate off. Returns its value, or `opened` for attributes, which are no value. */
  #close(top: Aggregate): unknown {
    this.depth--;
    const value = top.badKey ? this.notDeliverable(badMapKey()) : top.value;
    top.value = undefined;
    if (top.type === attributeType) return this.#closeAttribute(top, value);
    if (top.type === pushType && typeof (value as unknown[])[0] !== "string") {
      this.#input.fail("BAD_PUSH", "a push does not begin with a string", top.offset - this.#input.base, pushType);
    }
    return value;
  }

  /** Hands attributes to the hook. What is wrong with them is no reason to withhold the value behind them. */
  #closeAttribute(top: Aggregate, value: unknown): unknown {
    const error = this.undeliverable;
    this.undeliverable = top.outer;
    top.outer = undefined;
    try {
      this.#onAttribute?.(error ?? value);
    } catch (cause) {
      this.notDeliverable(hookThrew(cause));
    }
    return opened;
  }
}
