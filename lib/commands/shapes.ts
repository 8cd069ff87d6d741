/**
 * From RESP2 to RESP3: what the older protocol flattens or sends as text becomes the value that the newer one gives.
 *
 * Every function leaves alone what it does not recognise, so null, errors and odd replies pass through.
 *
 * @module
 */
import { Aggregate, mapType } from "../resp/aggregate.ts";
import type { Argument } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import { toDouble } from "../resp/numbers.ts";
import { decodeText } from "../resp/text.ts";
import type { Shape } from "./spec.ts";

/** Whether an argument is an option's word, in whatever case it is written. */
export function isWord(arg: Argument | undefined, word: string): boolean {
  return arg !== undefined && wordOf(arg) === word;
}

/** An argument in upper case, as far as it can be a verb, a subcommand or an option's word. */
export function wordOf(arg: Argument): string {
  if (typeof arg === "string") return arg.toUpperCase();
  return arg instanceof Uint8Array && arg.length < 64 ? decodeText(arg, 0, arg.length).toUpperCase() : "";
}

/** Whether a word stands among the options, which begin at `from`. */
export function hasWord(args: readonly Argument[], word: string, from: number): boolean {
  for (let i = from; i < args.length; i++) if (isWord(args[i], word)) return true;
  return false;
}

/** A double that came as text. */
export function double(reply: unknown, _args: readonly Argument[], mapping: Mapping): unknown {
  const text = reply instanceof Uint8Array ? decodeText(reply, 0, reply.length) : reply;
  if (typeof text !== "string" || mapping.double === "string") return text;
  return toDouble(text) ?? reply;
}

/** A verbatim string that came as a plain one. */
export function verbatim(reply: unknown, _args: readonly Argument[], mapping: Mapping): unknown {
  if (mapping.verbatim === "string") return reply;
  return typeof reply === "string" || reply instanceof Uint8Array ? { format: "txt", text: reply } : reply;
}

/** A set that came as an array. */
export function set(reply: unknown, _args: readonly Argument[], mapping: Mapping): unknown {
  return mapping.set === "set" && Array.isArray(reply) ? new Set(reply) : reply;
}

/** An array whose values have a shape of their own. */
export function list(of: Shape): Shape {
  return (reply, args, mapping) => {
    if (!Array.isArray(reply)) return reply;
    for (let i = 0; i < reply.length; i++) reply[i] = of(reply[i], args, mapping);
    return reply;
  };
}

/** An array of which the values at some places have a shape of their own. */
export function at(places: Readonly<Record<number, Shape>>): Shape {
  const entries = Object.entries(places).map(([place, shape]) => [Number(place), shape] as const);
  return (reply, args, mapping) => {
    if (!Array.isArray(reply)) return reply;
    for (const [place, shape] of entries) {
      if (place < reply.length) reply[place] = shape(reply[place], args, mapping);
    }
    return reply;
  };
}

/** Pairs that came flat: `[a, 1, b, 2]` becomes `[[a, 1], [b, 2]]`. */
export function pairs(value: Shape = same): Shape {
  return (reply, args, mapping) => {
    if (!Array.isArray(reply)) return reply;
    const nested: unknown[] = [];
    for (let i = 0; i + 1 < reply.length; i += 2) nested.push([reply[i], value(reply[i + 1], args, mapping)]);
    return nested;
  };
}

/**
 * A map that came flat.
 *
 * @param value The shape of every value, or of those under the given names.
 */
export function map(value: Shape | Readonly<Record<string, Shape>> = same): Shape {
  return (reply, args, mapping) => {
    if (!Array.isArray(reply)) return reply;
    const into = new Aggregate();
    into.open(mapType, reply.length, mapping);
    for (let i = 0; i + 1 < reply.length; i += 2) {
      const key: unknown = reply[i];
      const name = key instanceof Uint8Array ? decodeText(key, 0, key.length) : String(key);
      const shape = typeof value === "function" ? value : Object.hasOwn(value, name) ? value[name]! : same;
      into.add(into.keyIsDue ? name : key);
      into.add(shape(reply[i + 1], args, mapping));
    }
    return into.value;
  };
}

/** The reply as it is. */
export function same(reply: unknown): unknown {
  return reply;
}

/** A shape for calls in which a word stands at `from` or later; other calls need none. */
export function whenWord(word: string, from: number, shape: Shape): Shape {
  return (reply, args, mapping) => hasWord(args, word, from) ? shape(reply, args, mapping) : reply;
}

/** A shape per subcommand. */
export function bySubcommand(shapes: Readonly<Record<string, Shape>>): Shape {
  return (reply, args, mapping) => {
    const shape = args[1] === undefined ? undefined : shapes[wordOf(args[1])];
    return shape === undefined ? reply : shape(reply, args, mapping);
  };
}
