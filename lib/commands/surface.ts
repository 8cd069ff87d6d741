/**
 * How one description of every command serves many surfaces: each surface says what its methods return for a reply.
 *
 * ```txt
 *   Commands<Promised>          get(key): Promise<string | null>
 *   Commands<Promised<Bytes>>   get(key): Promise<Uint8Array | null>
 *   Commands<Step<R>>           get(key): Pipeline<[...R, string | null]>
 * ```
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";

/** A function from a reply's type to what a method of the surface returns. Extend it and give `text` and `returns`. */
export interface Surface {
  /** What strings in replies are: `string`, or `Uint8Array` with `replies: { strings: "bytes" }`. */
  text: unknown;
  /** The reply of the command at hand; `Returns` fills it in. */
  reply: unknown;
  /** What the method returns, in terms of `this["reply"]`. */
  returns: unknown;
}

/** What a method of the surface `S` returns for a reply. */
export type Returns<S extends Surface, Reply> = (S & { reply: Reply })["returns"];

/** The surface whose methods return promises of replies. */
export interface Promised<Text = string> extends Surface {
  /** What strings in replies are. */
  text: Text;
  /** A promise of the reply. */
  returns: Promise<this["reply"]>;
}

/** A status line such as `OK`: its literal, or bytes where strings are bytes. */
export type Status<S extends Surface, Line extends string> = S["text"] extends string ? Line : S["text"];

/** A repeated argument: one or more of them, or one array in their place. */
export type OneOrMore<T = Argument> = [first: T, ...more: T[]] | [array: readonly T[]];

/** Repeated pairs, such as field and value: their tokens in turn, or one flat array of them. */
export type Pairs = [first: Argument, second: Argument, ...more: Argument[]] | [array: readonly Argument[]];

/** As many keys as `numkeys` says, in turn or as one array, and the options behind them. */
export type CountedKeys = OneOrMore | [keys: readonly Argument[], ...options: Argument[]];
