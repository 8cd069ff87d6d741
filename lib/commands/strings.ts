/**
 * Commands on strings and counters.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { OneOrMore, Pairs, Returns, Status, Surface } from "./surface.ts";

/** An option of SET: a word, or the number that belongs to the expiry before it. */
export type SetOption = "NX" | "XX" | "GET" | "KEEPTTL" | "EX" | "PX" | "EXAT" | "PXAT" | number | bigint;

/** What SET answers, given its options. */
export type SetReply<S extends Surface, Options extends readonly SetOption[]> = "GET" extends Options[number]
  ? S["text"] | null
  : Status<S, "OK"> | null;

/** Commands on strings and counters. */
export interface StringCommands<S extends Surface> {
  /** Appends to a string and replies its new length. */
  append(key: Argument, value: Argument): Returns<S, number>;
  /** Subtracts one and replies the result. */
  decr(key: Argument): Returns<S, number>;
  /** Subtracts a whole number and replies the result. */
  decrby(key: Argument, by: Argument): Returns<S, number>;
  /** The value of a key, null when there is none. */
  get(key: Argument): Returns<S, S["text"] | null>;
  /** The value of a key, which is deleted. */
  getdel(key: Argument): Returns<S, S["text"] | null>;
  /** The value of a key whose expiry is changed: `getex("k", "EX", 10)`. */
  getex(
    key: Argument,
    ...expiry: [] | ["PERSIST"] | ["EX" | "PX" | "EXAT" | "PXAT", Argument]
  ): Returns<S, S["text"] | null>;
  /** The bytes between two offsets, both included; negative ones count from the end. */
  getrange(key: Argument, start: Argument, end: Argument): Returns<S, S["text"]>;
  /** Sets a key and replies its old value. */
  getset(key: Argument, value: Argument): Returns<S, S["text"] | null>;
  /** Adds one and replies the result, a `bigint` beyond 2^53. */
  incr(key: Argument): Returns<S, number>;
  /** Adds a whole number and replies the result. */
  incrby(key: Argument, by: Argument): Returns<S, number>;
  /** Adds any number and replies the result as text. */
  incrbyfloat(key: Argument, by: Argument): Returns<S, S["text"]>;
  /** The values of keys, in their order. */
  mget(...keys: OneOrMore): Returns<S, (S["text"] | null)[]>;
  /** Sets many keys at once: `mset("a", 1, "b", 2)`. */
  mset(...pairs: Pairs): Returns<S, Status<S, "OK">>;
  /** Sets many keys, or none when one of them exists. */
  msetnx(...pairs: Pairs): Returns<S, 0 | 1>;
  /** Sets a key and its expiry in milliseconds. */
  psetex(key: Argument, milliseconds: Argument, value: Argument): Returns<S, Status<S, "OK">>;
  /** Sets a key; its expiry goes. */
  set(key: Argument, value: Argument): Returns<S, Status<S, "OK">>;
  /** Sets a key when its value is the expected one, or is not; null when it was left as it is. */
  set(
    key: Argument,
    value: Argument,
    condition: "IFEQ" | "IFNE",
    expected: Argument,
    ...expiry: Exclude<SetOption, "NX" | "XX" | "GET">[]
  ): Returns<S, Status<S, "OK"> | null>;
  /** Sets a key: `set("k", "v", "EX", 10, "NX")`; null when a condition kept it. With `GET` it replies the old value. */
  set<Options extends readonly SetOption[]>(
    key: Argument,
    value: Argument,
    ...options: Options
  ): Returns<S, SetReply<S, Options>>;
  /** Sets a key and its expiry in seconds. */
  setex(key: Argument, seconds: Argument, value: Argument): Returns<S, Status<S, "OK">>;
  /** Sets a key unless it exists. */
  setnx(key: Argument, value: Argument): Returns<S, 0 | 1>;
  /** Overwrites part of a string and replies its length. */
  setrange(key: Argument, offset: Argument, value: Argument): Returns<S, number>;
  /** The length of a string in bytes. */
  strlen(key: Argument): Returns<S, number>;
}

/** The commands of `StringCommands` as data. */
export const stringSpecs: readonly CommandSpec[] = [
  spec("append", 2),
  spec("decr", 1),
  spec("decrby", 2),
  spec("get", 1),
  spec("getdel", 1),
  spec("getex", 1),
  spec("getrange", 3),
  spec("getset", 2),
  spec("incr", 1),
  spec("incrby", 2),
  spec("incrbyfloat", 2),
  spec("mget", 1, { repeat: 0 }),
  spec("mset", 2, { repeat: 0 }),
  spec("msetnx", 2, { repeat: 0 }),
  spec("psetex", 3),
  spec("set", 2),
  spec("setex", 3),
  spec("setnx", 2),
  spec("setrange", 3),
  spec("strlen", 1),
];
