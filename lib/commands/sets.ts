/**
 * Commands on sets.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { Page, ScanOption } from "./keys.ts";
import { set } from "./shapes.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { CountedKeys, OneOrMore, Returns, Surface } from "./surface.ts";

/** Commands on sets. */
export interface SetCommands<S extends Surface> {
  /** Adds members and replies how many are new. */
  sadd(key: Argument, ...members: OneOrMore): Returns<S, number>;
  /** How many members there are. */
  scard(key: Argument): Returns<S, number>;
  /** The members of the first set that no other one has. */
  sdiff(...keys: OneOrMore): Returns<S, S["text"][]>;
  /** Stores that difference and replies its size. */
  sdiffstore(destination: Argument, ...keys: OneOrMore): Returns<S, number>;
  /** The members that all sets have. */
  sinter(...keys: OneOrMore): Returns<S, S["text"][]>;
  /** How many members all sets have: `sintercard(2, ["a", "b"], "LIMIT", 10)`. */
  sintercard(numkeys: Argument, ...keysAndLimit: CountedKeys): Returns<S, number>;
  /** Stores the intersection and replies its size. */
  sinterstore(destination: Argument, ...keys: OneOrMore): Returns<S, number>;
  /** Whether a member exists. */
  sismember(key: Argument, member: Argument): Returns<S, 0 | 1>;
  /** Every member. */
  smembers(key: Argument): Returns<S, S["text"][]>;
  /** Whether each member exists, in their order. */
  smismember(key: Argument, ...members: OneOrMore): Returns<S, (0 | 1)[]>;
  /** Moves a member to another set. */
  smove(source: Argument, destination: Argument, member: Argument): Returns<S, 0 | 1>;
  /** Removes any member. */
  spop(key: Argument): Returns<S, S["text"] | null>;
  /** Removes up to `count` members. */
  spop(key: Argument, count: Argument): Returns<S, S["text"][]>;
  /** Any member. */
  srandmember(key: Argument): Returns<S, S["text"] | null>;
  /** Up to `count` different members, or `-count` members that may repeat. */
  srandmember(key: Argument, count: Argument): Returns<S, S["text"][]>;
  /** Removes members and replies how many there were. */
  srem(key: Argument, ...members: OneOrMore): Returns<S, number>;
  /** One page of members. */
  sscan(key: Argument, cursor: Argument, ...options: ScanOption[]): Returns<S, Page<S>>;
  /** The members that any of the sets has. */
  sunion(...keys: OneOrMore): Returns<S, S["text"][]>;
  /** Stores the union and replies its size. */
  sunionstore(destination: Argument, ...keys: OneOrMore): Returns<S, number>;
}

/** The commands of `SetCommands` as data. */
export const setSpecs: readonly CommandSpec[] = [
  spec("sadd", 2, { repeat: 1 }),
  spec("scard", 1),
  spec("sdiff", 1, { repeat: 0, shape: set }),
  spec("sdiffstore", 2, { repeat: 1 }),
  spec("sinter", 1, { repeat: 0, shape: set }),
  spec("sintercard", 2, { repeat: 1, after: -1 }),
  spec("sinterstore", 2, { repeat: 1 }),
  spec("sismember", 2),
  spec("smembers", 1, { shape: set }),
  spec("smismember", 2, { repeat: 1 }),
  spec("smove", 3),
  spec("spop", 1, { shape: set }),
  spec("srandmember", 1),
  spec("srem", 2, { repeat: 1 }),
  spec("sscan", 2),
  spec("sunion", 1, { repeat: 0, shape: set }),
  spec("sunionstore", 2, { repeat: 1 }),
];
