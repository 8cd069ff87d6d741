/**
 * What is known about a typed command when the program runs: enough to define its method and to shape its reply.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";

/**
 * Turns a RESP2 reply into the value that the same command has under RESP3 with the same mapping.
 * An error value or a reply of another form than expected comes back unchanged.
 *
 * @param reply The reply as decoded under RESP2; may be changed or reused.
 * @param args The command as it was sent, its verb first.
 * @param mapping The mapping that the reply was decoded with.
 */
export type Shape = (reply: unknown, args: readonly Argument[], mapping: Mapping) => unknown;

/** One typed command as data. */
export interface CommandSpec {
  /** The method's name: the verb in lower case. */
  readonly name: string;
  /** The verb as it is sent. */
  readonly verb: string;
  /** How many arguments a call usually has; a call with fewer is refused when it is encoded, one with more is sent. */
  readonly fixed: number;
  /** The position, counted from 0, at which one array may stand for a repeated argument; -1 when nothing is repeated. */
  readonly repeat: number;
  /** How many arguments follow such an array; -1 for any number of options. */
  readonly after: number;
  /** From RESP2 to RESP3; absent when both give the same value. */
  readonly shape: Shape | undefined;
  /** Whether its arguments decide if it changes connection state, so that it is looked up like an untyped command. */
  readonly checked: boolean;
}

/** What may be said about a command beyond its name and its usual number of arguments. */
export type SpecDetails = Partial<Omit<CommandSpec, "name" | "verb" | "fixed">>;

/** Describes one typed command. */
export function spec(name: string, fixed: number, details: SpecDetails = {}): CommandSpec {
  const { repeat = -1, after = 0, shape, checked = false } = details;
  return { name, verb: name.toUpperCase(), fixed, repeat, after, shape, checked };
}
