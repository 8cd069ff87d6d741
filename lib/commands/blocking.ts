/**
 * Commands that wait for an element. Outside a lease each of them gets a connection of its own while it waits.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { ListEnd } from "./lists.ts";
import { at, double } from "./shapes.ts";
import { poppedShape, type Scored } from "./sorted_sets.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { CountedKeys, Returns, Surface } from "./surface.ts";

/** Keys in turn, or as one array, and behind them the longest wait in seconds; 0 waits without end. */
export type KeysAndTimeout =
  | [...keys: Argument[], timeout: Argument]
  | [keys: readonly Argument[], timeout: Argument];

/** Commands that wait for an element: their timeouts are in seconds, fractions included, and 0 waits without end. */
export interface BlockingCommands<S extends Surface> {
  /** Moves an element from one end to another, once there is one; null when the time is over. */
  blmove(
    source: Argument,
    destination: Argument,
    from: ListEnd,
    to: ListEnd,
    timeout: Argument,
  ): Returns<S, S["text"] | null>;
  /** Removes elements from the first list that has some, once one has: `blmpop(5, 2, ["a", "b"], "LEFT")`. */
  blmpop(
    timeout: Argument,
    numkeys: Argument,
    ...keysAndOptions: CountedKeys
  ): Returns<S, [key: S["text"], elements: S["text"][]] | null>;
  /** Removes the first element of the first list that has one: `blpop("a", "b", 5)`. */
  blpop(...keysAndTimeout: KeysAndTimeout): Returns<S, [key: S["text"], element: S["text"]] | null>;
  /** Removes the last element of the first list that has one. */
  brpop(...keysAndTimeout: KeysAndTimeout): Returns<S, [key: S["text"], element: S["text"]] | null>;
  /** Moves the last element before the first of another list, once there is one. */
  brpoplpush(source: Argument, destination: Argument, timeout: Argument): Returns<S, S["text"] | null>;
  /** Removes members from the first sorted set that has some, once one has. */
  bzmpop(
    timeout: Argument,
    numkeys: Argument,
    ...keysAndOptions: CountedKeys
  ): Returns<S, [key: S["text"], members: Scored<S>[]] | null>;
  /** Removes the member with the highest score of the first sorted set that has one. */
  bzpopmax(...keysAndTimeout: KeysAndTimeout): Returns<S, [key: S["text"], ...member: Scored<S>] | null>;
  /** Removes the member with the lowest score of the first sorted set that has one. */
  bzpopmin(...keysAndTimeout: KeysAndTimeout): Returns<S, [key: S["text"], ...member: Scored<S>] | null>;
}

const zpopShape = at({ 2: double });

/** The commands of `BlockingCommands` as data. */
export const blockingSpecs: readonly CommandSpec[] = [
  spec("blmove", 4),
  spec("blmpop", 3, { repeat: 2, after: -1 }),
  spec("blpop", 2, { repeat: 0, after: 1 }),
  spec("brpop", 2, { repeat: 0, after: 1 }),
  spec("brpoplpush", 3),
  spec("bzmpop", 3, { repeat: 2, after: -1, shape: poppedShape }),
  spec("bzpopmax", 2, { repeat: 0, after: 1, shape: zpopShape }),
  spec("bzpopmin", 2, { repeat: 0, after: 1, shape: zpopShape }),
];
