/**
 * Commands on lists.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { CountedKeys, OneOrMore, Returns, Status, Surface } from "./surface.ts";

/** An end of a list. */
export type ListEnd = "LEFT" | "RIGHT";

/** Commands on lists. */
export interface ListCommands<S extends Surface> {
  /** The element at an index, null when there is none; negative ones count from the end. */
  lindex(key: Argument, index: Argument): Returns<S, S["text"] | null>;
  /** Inserts beside the first element equal to `pivot`; replies the new length, -1 without such an element. */
  linsert(key: Argument, place: "BEFORE" | "AFTER", pivot: Argument, element: Argument): Returns<S, number>;
  /** The length of a list. */
  llen(key: Argument): Returns<S, number>;
  /** Moves an element from one end to another and replies it. */
  lmove(source: Argument, destination: Argument, from: ListEnd, to: ListEnd): Returns<S, S["text"] | null>;
  /** Removes elements from the first list that has some: `lmpop(2, ["a", "b"], "LEFT", "COUNT", 10)`. */
  lmpop(numkeys: Argument, ...keysAndOptions: CountedKeys): Returns<S, [key: S["text"], elements: S["text"][]] | null>;
  /** Removes the first element. */
  lpop(key: Argument): Returns<S, S["text"] | null>;
  /** Removes up to `count` first elements. */
  lpop(key: Argument, count: Argument): Returns<S, S["text"][] | null>;
  /** The index of an element, null when there is none. */
  lpos(
    key: Argument,
    element: Argument,
    ...options: [] | ["RANK" | "MAXLEN", Argument] | ["RANK", Argument, "MAXLEN", Argument]
  ): Returns<S, number | null>;
  /** The indexes of equal elements: `lpos("k", "e", "COUNT", 0)` for all of them. */
  lpos(key: Argument, element: Argument, ...options: [...Argument[], "COUNT", Argument]): Returns<S, number[]>;
  /** Puts elements before the first, one after the other, and replies the new length. */
  lpush(key: Argument, ...elements: OneOrMore): Returns<S, number>;
  /** The same, only on a list that exists. */
  lpushx(key: Argument, ...elements: OneOrMore): Returns<S, number>;
  /** The elements between two indexes, both included. */
  lrange(key: Argument, start: Argument, stop: Argument): Returns<S, S["text"][]>;
  /** Removes equal elements and replies how many; a negative count begins at the end, 0 removes all. */
  lrem(key: Argument, count: Argument, element: Argument): Returns<S, number>;
  /** Replaces the element at an index. */
  lset(key: Argument, index: Argument, element: Argument): Returns<S, Status<S, "OK">>;
  /** Keeps the elements between two indexes, both included. */
  ltrim(key: Argument, start: Argument, stop: Argument): Returns<S, Status<S, "OK">>;
  /** Removes the last element. */
  rpop(key: Argument): Returns<S, S["text"] | null>;
  /** Removes up to `count` last elements, the last one first. */
  rpop(key: Argument, count: Argument): Returns<S, S["text"][] | null>;
  /** Moves the last element before the first of another list and replies it. */
  rpoplpush(source: Argument, destination: Argument): Returns<S, S["text"] | null>;
  /** Puts elements behind the last and replies the new length. */
  rpush(key: Argument, ...elements: OneOrMore): Returns<S, number>;
  /** The same, only on a list that exists. */
  rpushx(key: Argument, ...elements: OneOrMore): Returns<S, number>;
}

/** The commands of `ListCommands` as data. */
export const listSpecs: readonly CommandSpec[] = [
  spec("lindex", 2),
  spec("linsert", 4),
  spec("llen", 1),
  spec("lmove", 4),
  spec("lmpop", 3, { repeat: 1, after: -1 }),
  spec("lpop", 1),
  spec("lpos", 2),
  spec("lpush", 2, { repeat: 1 }),
  spec("lpushx", 2, { repeat: 1 }),
  spec("lrange", 3),
  spec("lrem", 3),
  spec("lset", 3),
  spec("ltrim", 3),
  spec("rpop", 1),
  spec("rpoplpush", 2),
  spec("rpush", 2, { repeat: 1 }),
  spec("rpushx", 2, { repeat: 1 }),
];
