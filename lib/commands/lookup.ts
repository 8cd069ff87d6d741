/**
 * What a command is, told by its arguments: whether its connection can be shared, whether it waits, what running it
 * twice does, where its first key is.
 *
 * `commandFlags` is asked for every untyped command and costs one look into a `Map`; the rest is asked when a command
 * has failed.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { blockAt } from "./block_timeout.ts";
import type { CommandCategory } from "./category.ts";
import { commandsByCategory } from "./flags.ts";
import { refineCategory } from "./refine.ts";
import { isWord, textOf, wordOf } from "./words.ts";

/** What has to be known before a command is sent. */
export interface CommandFlags {
  /** It changes the state of its connection, or ends it: only for a lease. */
  readonly stateful: boolean;
  /** It may wait: its connection serves nobody else meanwhile. */
  readonly blocking: boolean;
}

class Entry implements CommandFlags {
  readonly category: CommandCategory;
  readonly stateful: boolean;
  readonly blocking: boolean;
  /** Index of the first key; 0 for none, -1 for behind STREAMS. */
  readonly keyAt: number;
  subcommands: Map<string, Entry> | undefined = undefined;
  /** The same command when it is told to wait. */
  waiting: Entry | undefined = undefined;

  constructor(category: CommandCategory, stateful: boolean, keyAt: number) {
    this.category = category;
    this.stateful = stateful;
    this.blocking = category === "blocking";
    this.keyAt = keyAt;
  }
}

const unknown = new Entry("admin", false, 0);
const entries = readTable();

function readTable(): Map<string, Entry> {
  const table = new Map<string, Entry>();
  for (const [category, commands] of Object.entries(commandsByCategory) as [CommandCategory, string][]) {
    for (const word of commands.toUpperCase().split(" ")) {
      const [verb, ...subcommands] = word.split("|") as [string, ...string[]];
      if (subcommands.length === 0) {
        add(table, verb, category, 1);
        continue;
      }
      // Below its verb, so that no verb can be mistaken for a subcommand.
      const command = table.get(verb) ?? add(table, verb, "admin", 0);
      command.subcommands ??= new Map();
      for (const subcommand of subcommands) add(command.subcommands, subcommand, category, 0);
    }
  }
  for (const verb of ["XREAD", "XREADGROUP"]) table.get(verb)!.waiting = new Entry("blocking", false, -1);
  return table;
}

/** Adds what a word of the table says, such as `WATCH!` or `EVAL@3`. */
function add(table: Map<string, Entry>, word: string, category: CommandCategory, usualKeyAt: number): Entry {
  const [name, keyAt] = word.split(/[@!]/) as [string, string?];
  const entry = new Entry(category, word.endsWith("!"), keyAt ? Number(keyAt) : usualKeyAt);
  entry.subcommands = table.get(name)?.subcommands;
  table.set(name, entry);
  return entry;
}

function find(args: readonly Argument[]): Entry {
  const entry = entries.get(args[0] as string) ?? entries.get(args.length > 0 ? wordOf(args[0]!) : "") ?? unknown;
  if (entry.subcommands !== undefined) {
    return (args.length > 1 ? entry.subcommands.get(wordOf(args[1]!)) : undefined) ?? entry;
  }
  return entry.waiting !== undefined && blockAt(args) > 0 ? entry.waiting : entry;
}

/** What has to be known before a command is sent. A command that is not known is taken for a harmless one. */
export function commandFlags(args: readonly Argument[]): CommandFlags {
  return find(args);
}

/** Whether the first argument of a command names the action, so that the verb alone, in upper case, tells too little. */
export function hasSubcommands(verb: string): boolean {
  return entries.get(verb)?.subcommands !== undefined;
}

/** What running a command twice does; a command that is not known is `admin`. */
export function commandCategory(args: readonly Argument[]): CommandCategory {
  const { category } = find(args);
  return category === "blocking" ? category : refineCategory(args) ?? category;
}

/** The first key among the arguments, which decides the hash slot; `undefined` when there is none or nobody knows. */
export function firstKey(args: readonly Argument[]): Argument | undefined {
  const { keyAt } = find(args);
  if (keyAt === 0) return undefined;
  if (keyAt < 0) return args[args.findIndex((arg) => isWord(arg, "STREAMS")) + 1 || args.length];
  // Scripts count their keys, and may have none.
  return keyAt === 3 && textOf(args[2] ?? "") === "0" ? undefined : args[keyAt];
}
