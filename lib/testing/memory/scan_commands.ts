/**
 * SCAN and its kin. The kin return everything at once, as Redis does for small collections.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import { globMatcher } from "./glob.ts";
import { type HasDatabase, type Keyspace, typeOf } from "./keyspace.ts";
import { formatDouble, toCount } from "./numbers.ts";
import type { Reply } from "./reply.ts";

/** The commands that iterate, by verb. */
export const scanCommands: Commands<HasDatabase> = {
  SCAN: command(-2, scan),
  HSCAN: collectionCommand((db, key) => [...db.hash(key) ?? []]),
  SSCAN: collectionCommand((db, key) => [...db.set(key) ?? []].map((member) => [member])),
  ZSCAN: collectionCommand((db, key) => {
    const sorted = db.sortedSet(key);
    return sorted?.members().map((member) => [member, formatDouble(sorted.score(member)!)]) ?? [];
  }),
};

interface ScanOptions {
  matches: (key: string) => boolean;
  count: number;
  type: string | undefined;
}

function scan(args: Args, { db }: HasDatabase): Reply {
  const cursor = toCursor(args[1]);
  const { matches, count, type } = scanOptions(args, 2, true);
  const { next, entries } = db.scan(cursor, count);
  const keys = entries.filter(({ key, value }) => matches(key) && (type === undefined || typeOf(value) === type))
    .map(({ key }) => key);
  return [String(next), keys];
}

function collectionCommand(list: (db: Keyspace, key: string) => readonly (readonly string[])[]): Command<HasDatabase> {
  return command(-3, (args, { db }) => {
    toCursor(args[2]);
    const { matches } = scanOptions(args, 3, false);
    return ["0", list(db, args[1]).filter(([name]) => matches(name!)).flat()];
  });
}

function toCursor(text: string): number {
  if (!/^\d{1,20}$/.test(text)) throw new CommandError("ERR invalid cursor");
  return Number(text);
}

function scanOptions(args: Args, from: number, mayHaveType: boolean): ScanOptions {
  const options: ScanOptions = { matches: () => true, count: 10, type: undefined };
  for (let i = from; i < args.length; i += 2) {
    const [name, value] = [args[i]!.toUpperCase(), args[i + 1]];
    if (value === undefined) throw syntaxError();
    if (name === "MATCH") options.matches = globMatcher(value);
    else if (name === "COUNT") options.count = toCount(value);
    else if (name === "TYPE" && mayHaveType) options.type = value.toLowerCase();
    else throw syntaxError();
    if (options.count < 1) throw syntaxError();
  }
  return options;
}
