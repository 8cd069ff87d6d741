/**
 * How RESP values become JavaScript values. Decided once per command, not per value.
 *
 * @module
 */
import { given } from "./given.ts";

/** How each kind of RESP value is returned. The first word of each is the default. */
export interface ReplyOptions {
  /** Strings as text, or as bytes that are the caller's own. Default `"utf8"`; bytes that are not UTF-8 become U+FFFD. */
  strings?: "utf8" | "bytes";
  /** Maps as plain objects, `Map`, or `[key, value]` pairs. Default `"object"`; a key that is no scalar needs another choice. */
  map?: "object" | "map" | "pairs";
  /** Sets as arrays or `Set`. Default `"array"`. */
  set?: "array" | "set";
  /** Integers; `"auto"` is `number` up to 2^53 and `bigint` beyond. */
  integer?: "auto" | "number" | "bigint" | "string";
  /** Doubles as `number`, or as the text the server sent. Default `"number"`. */
  double?: "number" | "string";
  /** Big numbers as `bigint` or text. Default `"bigint"`. */
  bigNumber?: "bigint" | "string";
  /** Verbatim strings as text, or as `{ format, text }`. Default `"string"`. */
  verbatim?: "string" | "tagged";
}

/** `ReplyOptions` with every choice made. */
export type Mapping = Readonly<Required<ReplyOptions>>;

/** The mapping of a decoder that was given none. */
export const defaultMapping: Mapping = {
  strings: "utf8",
  map: "object",
  set: "array",
  integer: "auto",
  double: "number",
  bigNumber: "bigint",
  verbatim: "string",
};

const names = Object.keys(defaultMapping) as (keyof Mapping)[];

/** Completes reply options. What comes to the default is `defaultMapping` itself, which the decoder knows by sight. */
export function toMapping(options: ReplyOptions | undefined, base: Mapping = defaultMapping): Mapping {
  const mapping = options === undefined ? base : { ...base, ...given(options) };
  return isDefault(mapping) ? defaultMapping : mapping;
}

function isDefault(mapping: Mapping): boolean {
  return mapping === defaultMapping || names.every((name) => mapping[name] === defaultMapping[name]);
}

/** A verbatim string with its format, as `verbatim: "tagged"` returns it. */
export interface Verbatim {
  /** Three characters: `txt` or `mkd`. */
  format: string;
  /** The string without its format. */
  text: string | Uint8Array;
}
