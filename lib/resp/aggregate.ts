/**
 * One aggregate that is being read: what it is, how many values it still wants, and what came so far.
 *
 * @module
 */
import type { DecodeError } from "../errors.ts";
import type { Mapping } from "./mapping.ts";
import type { Scalars } from "./scalars.ts";

/** `*`, the first byte of arrays. */
export const arrayType = 42;
/** `~`. */
export const setType = 126;
/** `%`. */
export const mapType = 37;
/** `>`. */
export const pushType = 62;
/** `|`. */
export const attributeType = 124;

/** How values are put together, as numbers because each value asks. */
const asArray = 0;
const asSet = 1;
const asObject = 2;
const asMap = 3;
const asPairs = 4;

/** Shorter arrays grow by themselves as fast. */
const longArray = 1000;

/**
 * A level of the decoder's stack. The decoder keeps one per depth and opens it again and again, so that reading an
 * aggregate allocates its value and nothing else.
 */
export class Aggregate {
  /** The aggregate's first byte. */
  type: number = arrayType;
  /** The value as it stands; the caller's own once the aggregate is complete. */
  value: unknown;
  /** Whether it ends with a mark of its own. */
  isStreamed = false;
  /** Whether an object's key is due, which is text whatever the mapping says. */
  keyIsDue = false;
  /** A key of an object was itself an aggregate or null, so the value cannot be delivered. */
  badKey = false;
  /** Of attributes: what was wrong with the reply before they came. */
  outer: DecodeError | undefined;
  /** Of a push: the stream offset of its type byte. */
  offset = 0;

  /** Values still to come; of a streamed aggregate, how many may come. */
  #left = 0;
  #shape = asArray;
  /** Values that an array has so far. */
  #filled = 0;
  #hasKey = false;
  #key: unknown;

  /**
   * Starts over with an aggregate of `count` values; a pair counts two. A long array may be made with room for
   * `reserve` of them at once.
   */
  open(type: number, count: number, isStreamed: boolean, mapping: Mapping, reserve: number): void {
    this.type = type;
    this.#left = count;
    this.isStreamed = isStreamed;
    this.badKey = false;
    this.#hasKey = false;
    this.keyIsDue = false;
    if (type === mapType || type === attributeType) {
      this.#openPairs(mapping.map);
    } else if (type === setType && mapping.set === "set") {
      this.#shape = asSet;
      this.value = new Set();
    } else {
      this.#shape = asArray;
      this.#filled = 0;
      this.value = count > longArray && reserve > longArray ? new Array(Math.min(count, reserve)) : [];
    }
  }

  #openPairs(choice: Mapping["map"]): void {
    if (choice === "object") {
      this.#shape = asObject;
      this.keyIsDue = true;
      this.value = {};
    } else if (choice === "map") {
      this.#shape = asMap;
      this.value = new Map();
    } else {
      this.#shape = asPairs;
      this.value = [];
    }
  }

  /** Takes the next value. Returns whether it was the last one. */
  add(value: unknown): boolean {
    if (this.#shape === asArray) (this.value as unknown[])[this.#filled++] = value;
    else if (this.#shape === asSet) (this.value as Set<unknown>).add(value);
    else if (this.#hasKey) this.#setPair(value);
    else this.#setKey(value);
    return --this.#left === 0;
  }

  /** Takes the short strings that come next. Returns whether the last value was among them. */
  takeTexts(input: Scalars): boolean {
    if (this.#shape !== asArray) return this.#takePairs(input);
    const values = this.value as unknown[];
    const first = this.#filled;
    const last = first + this.#left;
    let i = first;
    for (; i < last; i++) {
      const text = input.shortText();
      if (text === undefined) break;
      values[i] = text;
    }
    this.#filled = i;
    const left = this.#left -= i - first;
    return left === 0;
  }

  #takePairs(input: Scalars): boolean {
    for (;;) {
      const text = input.shortText();
      if (text === undefined) return false;
      if (this.add(text)) return true;
    }
  }

  /** Whether the end mark of a streamed aggregate may come now. */
  get mayEnd(): boolean {
    return this.isStreamed && !this.#hasKey;
  }

  #setKey(key: unknown): void {
    this.#hasKey = true;
    if (this.#shape !== asObject) {
      this.#key = key;
      return;
    }
    this.keyIsDue = false;
    this.badKey ||= typeof key === "object";
    this.#key = typeof key === "string" ? key : String(key);
  }

  #setPair(value: unknown): void {
    this.#hasKey = false;
    if (this.#shape === asObject) {
      this.keyIsDue = true;
      setOwn(this.value as Record<string, unknown>, this.#key as string, value);
    } else if (this.#shape === asMap) {
      (this.value as Map<unknown, unknown>).set(this.#key, value);
    } else (this.value as unknown[]).push([this.#key, value]);
  }
}

/** Sets a property of any name. Assigning `__proto__` would change what the object inherits from. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else object[key] = value;
}
