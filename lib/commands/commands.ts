/**
 * Every typed command that any surface has: those that leave a connection as it was and answer at once.
 *
 * @module
 */
import { type HashCommands, hashSpecs } from "./hashes.ts";
import { type KeyCommands, keySpecs } from "./keys.ts";
import { type ListCommands, listSpecs } from "./lists.ts";
import { type ServerCommands, serverSpecs } from "./server.ts";
import { type SetCommands, setSpecs } from "./sets.ts";
import { type SortedSetCommands, sortedSetSpecs } from "./sorted_sets.ts";
import type { CommandSpec } from "./spec.ts";
import { type StringCommands, stringSpecs } from "./strings.ts";
import type { Surface } from "./surface.ts";

/**
 * The typed commands of a surface: the tokens of each in the order in which Redis documents them.
 *
 * `BlockingCommands` and `SessionCommands` hold the others.
 */
export interface Commands<S extends Surface>
  extends
    StringCommands<S>,
    KeyCommands<S>,
    HashCommands<S>,
    ListCommands<S>,
    SetCommands<S>,
    SortedSetCommands<S>,
    ServerCommands<S> {}

/** The commands of `Commands` as data. */
export const commandSpecs: readonly CommandSpec[] = [
  ...stringSpecs,
  ...keySpecs,
  ...hashSpecs,
  ...listSpecs,
  ...setSpecs,
  ...sortedSetSpecs,
  ...serverSpecs,
];
