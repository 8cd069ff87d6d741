/**
 * From RESP2 to RESP3: what the older protocol flattens or sends as text becomes the value that the newer one gives.
 *
 * Every function leaves alone what it does not recognise, so null, errors and odd replies pass through.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import { decodeText } from "../resp/text.ts";
import type { Shape } from "./spec.ts";
import { hasWord, wordOf } from "./words.ts";

/** The reply as it is. */
export function same(reply: unknown): unknown {
  return reply;
}

/** A double that came as text. */
export function double(reply: unknown, _args: readonly Argument[], mapping: Mapping): unknown {
  const text = toText(reply);
  if (typeof text !== "string" || mapping.double === "string") return text;
  switch (text) {
    case "inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    case "nan":
    case "-nan":
      return NaN;
  }
  const number = text === "" ? NaN : Number(text);
  return Number.isNaN(number) ? reply : number;
}

function toText(value: unknown): unknown {
  return value instanceof Uint8Array ? decodeText(value, 0, value.length) : value;
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

/** A map that came flat, as the mapping wants maps. */
export function map(value: Shape = same): Shape {
  const nest = pairs(value);
  return (reply, args, mapping) => {
    if (!Array.isArray(reply) || mapping.map === "pairs") return nest(reply, args, mapping);
    if (mapping.map === "map") return new Map(nest(reply, args, mapping) as [unknown, unknown][]);
    const object: Record<string, unknown> = {};
    for (let i = 0; i + 1 < reply.length; i += 2) {
      setOwn(object, String(toText(reply[i])), value(reply[i + 1], args, mapping));
    }
    return object;
  };
}

/** A map that came flat, of which the values under some names have a shape of their own. */
export function fields(values: Readonly<Record<string, Shape>>): Shape {
  const whole = map();
  return (reply, args, mapping) => {
    if (!Array.isArray(reply)) return reply;
    for (let i = 0; i + 1 < reply.length; i += 2) {
      const name = String(toText(reply[i]));
      if (Object.hasOwn(values, name)) reply[i + 1] = values[name]!(reply[i + 1], args, mapping);
    }
    return whole(reply, args, mapping);
  };
}

/** Sets a property of any name; assigning `__proto__` would change what the object inherits from. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else object[name] = value;
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
