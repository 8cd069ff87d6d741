/**
 * One aggregate that is being read: what it is, how many values it still wants, and what came so far.
 *
 * @module
 */
import type { Mapping } from "./mapping.ts";

/** The first byte of each aggregate type. */
export const arrayType = 42;
/** `~`. */
export const setType = 126;
/** `%`. */
export const mapType = 37;
/** `>`. */
export const pushType = 62;
/** `|`. */
export const attributeType = 124;

/**
 * A level of the decoder's stack. The decoder keeps one per depth and opens it again and again, so that reading an
 * aggregate allocates its value and nothing else.
 */
export class Aggregate {
  /** The aggregate's first byte. */
  type = arrayType;
  /** The value as it stands; the caller's own once the aggregate is complete. */
  value: unknown;
  /** Whether an object's key is due, which is text whatever the mapping says. */
  keyIsDue = false;
  /** A key of an object was itself an aggregate or null, so the value cannot be delivered. */
  badKey = false;

  /** Values still to come; negative when a streamed aggregate ends with its own mark. */
  #left = 0;
  #shape: "array" | "set" | "object" | "map" | "pairs" = "array";
  #hasKey = false;
  #key: unknown;

  /** Starts over with an aggregate of `count` values (a pair counts two), or of unknown length when negative. */
  open(type: number, count: number, mapping: Mapping): void {
    this.type = type;
    this.#left = count;
    this.badKey = false;
    this.#hasKey = false;
    this.keyIsDue = false;
    if (type === mapType || type === attributeType) {
      this.#shape = mapping.map;
      this.value = mapping.map === "object" ? {} : mapping.map === "map" ? new Map() : [];
      this.keyIsDue = mapping.map === "object";
    } else if (type === setType && mapping.set === "set") {
      this.#shape = "set";
      this.value = new Set();
    } else {
      this.#shape = "array";
      this.value = [];
    }
  }

  /** Takes the next value. Returns whether the aggregate is complete. */
  add(value: unknown): boolean {
    if (this.#shape === "array") (this.value as unknown[]).push(value);
    else if (this.#shape === "set") (this.value as Set<unknown>).add(value);
    else if (this.#hasKey) this.#setPair(value);
    else this.#setKey(value);
    return --this.#left === 0;
  }

  /** Whether the end mark of a streamed aggregate may come now. */
  get mayEnd(): boolean {
    return this.#left < 0 && !this.#hasKey;
  }

  #setKey(key: unknown): void {
    this.#hasKey = true;
    if (this.#shape !== "object") {
      this.#key = key;
      return;
    }
    this.keyIsDue = false;
    this.badKey ||= typeof key === "object";
    this.#key = typeof key === "string" ? key : String(key);
  }

  #setPair(value: unknown): void {
    this.#hasKey = false;
    if (this.#shape === "map") (this.value as Map<unknown, unknown>).set(this.#key, value);
    else if (this.#shape === "pairs") (this.value as unknown[]).push([this.#key, value]);
    else {
      this.keyIsDue = true;
      const object = this.value as Record<string, unknown>;
      const key = this.#key as string;
      if (key === "__proto__") {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else object[key] = value;
    }
  }
}
