/**
 * Commands on hashes.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { Page, ScanOption } from "./keys.ts";
import { map, pairs, whenWord } from "./shapes.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { OneOrMore, Pairs, Returns, Surface } from "./surface.ts";

/** Commands on hashes. */
export interface HashCommands<S extends Surface> {
  /** Deletes fields and replies how many there were. */
  hdel(key: Argument, ...fields: OneOrMore): Returns<S, number>;
  /** Whether a field exists. */
  hexists(key: Argument, field: Argument): Returns<S, 0 | 1>;
  /** The value of a field, null when there is none. */
  hget(key: Argument, field: Argument): Returns<S, S["text"] | null>;
  /** Every field with its value, as a plain object; empty without key. */
  hgetall(key: Argument): Returns<S, Record<string, S["text"]>>;
  /** Adds a whole number to a field and replies the result. */
  hincrby(key: Argument, field: Argument, by: Argument): Returns<S, number>;
  /** Adds any number to a field and replies the result as text. */
  hincrbyfloat(key: Argument, field: Argument, by: Argument): Returns<S, S["text"]>;
  /** Every field. */
  hkeys(key: Argument): Returns<S, S["text"][]>;
  /** How many fields there are. */
  hlen(key: Argument): Returns<S, number>;
  /** The values of fields, in their order. */
  hmget(key: Argument, ...fields: OneOrMore): Returns<S, (S["text"] | null)[]>;
  /** Any field. */
  hrandfield(key: Argument): Returns<S, S["text"] | null>;
  /** Up to `count` different fields, or `-count` fields that may repeat. */
  hrandfield(key: Argument, count: Argument): Returns<S, S["text"][]>;
  /** The same with their values. */
  hrandfield(
    key: Argument,
    count: Argument,
    withValues: "WITHVALUES",
  ): Returns<S, [field: S["text"], value: S["text"]][]>;
  /** One page of fields and values in turn. */
  hscan(key: Argument, cursor: Argument, ...options: ScanOption[]): Returns<S, Page<S>>;
  /** Sets fields, `hset("k", "a", 1, "b", 2)`, and replies how many are new. */
  hset(key: Argument, ...fields: Pairs): Returns<S, number>;
  /** Sets a field unless it exists. */
  hsetnx(key: Argument, field: Argument, value: Argument): Returns<S, 0 | 1>;
  /** The length of a field's value in bytes. */
  hstrlen(key: Argument, field: Argument): Returns<S, number>;
  /** Every value. */
  hvals(key: Argument): Returns<S, S["text"][]>;
}

/** The commands of `HashCommands` as data. */
export const hashSpecs: readonly CommandSpec[] = [
  spec("hdel", 2, { repeat: 1 }),
  spec("hexists", 2),
  spec("hget", 2),
  spec("hgetall", 1, { shape: map() }),
  spec("hincrby", 3),
  spec("hincrbyfloat", 3),
  spec("hkeys", 1),
  spec("hlen", 1),
  spec("hmget", 2, { repeat: 1 }),
  spec("hrandfield", 1, { shape: whenWord("WITHVALUES", 3, pairs()) }),
  spec("hscan", 2),
  spec("hset", 3, { repeat: 1 }),
  spec("hsetnx", 3),
  spec("hstrlen", 2),
  spec("hvals", 1),
];
