/**
 * How long the server may keep a command that waits.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { isWord, methodOf, textOf, wordOf } from "./words.ts";

/** Where the timeout stands, and how many milliseconds its unit has; -1 is the last argument. */
const places: Readonly<Record<string, readonly [at: number, unitMs: number]>> = {
  blmove: [-1, 1000],
  blmpop: [1, 1000],
  blpop: [-1, 1000],
  brpop: [-1, 1000],
  brpoplpush: [-1, 1000],
  bzmpop: [1, 1000],
  bzpopmax: [-1, 1000],
  bzpopmin: [-1, 1000],
  wait: [2, 1],
  waitaof: [3, 1],
};

/**
 * The longest time for which the server may keep a blocking command before it answers.
 *
 * @returns Milliseconds, 0 for no limit; `undefined` when the command does not wait, or when the server will refuse
 * the timeout at once.
 */
export function blockTimeoutMs(args: readonly Argument[]): number | undefined {
  const verb = methodOf(args);
  if (verb === "xread" || verb === "xreadgroup") return timeoutAt(args, blockAt(args), 1);
  const place = Object.hasOwn(places, verb) ? places[verb] : undefined;
  return place && timeoutAt(args, place[0] < 0 ? args.length - 1 : place[0], place[1]);
}

function timeoutAt(args: readonly Argument[], at: number, unitMs: number): number | undefined {
  const text = at > 0 && at < args.length ? textOf(args[at]!) : "";
  const timeout = text === "" ? NaN : Number(text) * unitMs;
  return timeout >= 0 && timeout < Infinity ? timeout : undefined;
}

/** The index of the timeout that follows BLOCK in XREAD and XREADGROUP, 0 when they are not told to wait. */
export function blockAt(args: readonly Argument[]): number {
  // A group or a consumer may have any name.
  for (let i = isWord(args[1], "GROUP") ? 4 : 1; i < args.length; i++) {
    const word = wordOf(args[i]!);
    if (word === "BLOCK") return i + 1;
    if (word === "STREAMS") break;
  }
  return 0;
}
