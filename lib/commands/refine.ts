/**
 * Commands whose options change what running them twice does.
 *
 * An option's word that is really data makes a command look harder to repeat, never easier.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { CommandCategory } from "./category.ts";
import { hasWord, isWord, methodOf, skipWords, textOf, wordOf } from "./words.ts";

type Refine = (args: readonly Argument[]) => CommandCategory | undefined;

const zaddOptions = new Set(["NX", "XX", "GT", "LT", "CH"]);
const geoaddOptions = new Set(["NX", "XX", "CH"]);

function zadd(args: readonly Argument[]): CommandCategory | undefined {
  if (isIncrement(args)) return "accumulating";
  return isChecked(args, zaddOptions) ? "writeChecked" : undefined;
}

/** Whether this ZADD adds to a score instead of setting it. */
export function isIncrement(args: readonly Argument[]): boolean {
  return isWord(args[skipWords(args, zaddOptions, 2)], "INCR");
}

/** Whether NX is among the options before the data. */
function isChecked(args: readonly Argument[], options: ReadonlySet<string>): boolean {
  return hasWord(args.slice(0, skipWords(args, options, 2)), "NX", 2);
}

function set(args: readonly Argument[]): CommandCategory | undefined {
  if (hasWord(args, "GET", 3)) return "accumulating";
  const conditions = ["NX", "XX", "IFEQ", "IFNE", "IFDEQ", "IFDNE"];
  return conditions.some((word) => hasWord(args, word, 3)) ? "writeChecked" : undefined;
}

/** An entry with an id of its own is added once; with `*` in its id it is added again. */
function xadd(args: readonly Argument[]): CommandCategory | undefined {
  const id = args[xaddIdAt(args)];
  return id !== undefined && /^\d+(-\d+)?$/.test(textOf(id)) ? "writeChecked" : undefined;
}

const xaddFlags = new Set(["NOMKSTREAM", "KEEPREF", "DELREF", "ACKED"]);
const trimSigns = new Set(["=", "~"]);

function xaddIdAt(args: readonly Argument[]): number {
  let i = skipWords(args, xaddFlags, 2);
  const word = i < args.length ? wordOf(args[i]!) : "";
  if (word === "MAXLEN" || word === "MINID") {
    i = skipWords(args, trimSigns, i + 1) + 1;
    if (isWord(args[i], "LIMIT")) i += 2;
    i = skipWords(args, xaddFlags, i);
  }
  return i;
}

/** A read, unless it is told to store what it found. */
function storing(args: readonly Argument[]): CommandCategory | undefined {
  return hasWord(args, "STORE", 2) || hasWord(args, "STOREDIST", 2) ? "lastWins" : undefined;
}

const refinements: Readonly<Record<string, Refine>> = {
  bitfield: (args) => hasWord(args, "SET", 2) || hasWord(args, "INCRBY", 2) ? undefined : "read",
  geoadd: (args) => isChecked(args, geoaddOptions) ? "writeChecked" : undefined,
  georadius: storing,
  georadiusbymember: storing,
  getex: (args) => args.length > 2 ? "accumulating" : undefined,
  hgetex: (args) => isWord(args[2], "FIELDS") ? undefined : "accumulating",
  hsetex: (args) => hasWord(args, "FNX", 2) || hasWord(args, "FXX", 2) ? "writeChecked" : undefined,
  msetex: (args) => hasWord(args, "NX", 2) || hasWord(args, "XX", 2) ? "writeChecked" : undefined,
  set,
  sort: storing,
  xadd,
  zadd,
};

/** The category that a command's options give it, `undefined` when they leave it as it is. */
export function refineCategory(args: readonly Argument[]): CommandCategory | undefined {
  const verb = methodOf(args);
  return Object.hasOwn(refinements, verb) ? refinements[verb]!(args) : undefined;
}
