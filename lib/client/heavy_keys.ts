/**
 * Keys whose values were large lately: their commands keep out of the way of small ones.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";

/** From this many bytes on, a value takes so long on the wire that small commands should not wait behind it. */
export const heavyBytes = 131_072;

const mostKeys = 1024;

/** Remembers the last keys with large values; forgets the oldest beyond a thousand. */
export class HeavyKeys {
  readonly #keys = new Set<Argument>();

  /** Notes the first key of a command that sent or got a large value. Keys that are bytes are not remembered. */
  add(args: readonly Argument[]): void {
    const key = args[1];
    if (typeof key !== "string" || this.#keys.has(key)) return;
    this.#keys.add(key);
    if (this.#keys.size > mostKeys) this.#keys.delete(this.#keys.values().next().value!);
  }

  /** Whether the first key of a command had a large value. */
  has(args: readonly Argument[]): boolean {
    return this.#keys.has(args[1]!);
  }
}
