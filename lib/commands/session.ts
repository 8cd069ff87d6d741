/**
 * Commands that change the state of the connection they run on, so that only a lease has them.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { OneOrMore, Returns, Status, Surface } from "./surface.ts";

/** Commands that change the state of the connection they run on. */
export interface SessionCommands<S extends Surface> {
  /** Changes the database. */
  select(db: Argument): Returns<S, Status<S, "OK">>;
  /** Forgets the watched keys. */
  unwatch(): Returns<S, Status<S, "OK">>;
  /** Waits until replicas have this connection's writes, at most so many milliseconds (0: no limit); replies how many have. */
  wait(replicas: Argument, timeout: Argument): Returns<S, number>;
  /** Watches keys: the next transaction is dropped when one of them changes before it. */
  watch(...keys: OneOrMore): Returns<S, Status<S, "OK">>;
}

/** The commands of `SessionCommands` as data. */
export const sessionSpecs: readonly CommandSpec[] = [
  spec("select", 1),
  spec("unwatch", 0),
  spec("wait", 2),
  spec("watch", 1, { repeat: 0 }),
];
