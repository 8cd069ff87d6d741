/**
 * The commands of strings.
 *
 * @module
 */
import { type Args, command, type Commands } from "./command.ts";
import { CommandError, syntaxError, wrongArity } from "./command_error.ts";
import { type TimeUnit, timeUnits, toFutureInstant } from "./expiry_options.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { toCount } from "./numbers.ts";
import { ok, type Reply } from "./reply.ts";

const longestString = 512 * 1024 * 1024;

/** The commands of strings, by verb. */
export const stringCommands: Commands<HasDatabase> = {
  GET: command(2, ([, key], { db }) => db.string(key) ?? null),
  SET: command(-3, set),
  SETNX: command(3, ([, key, value], { db }) => {
    if (db.find(key) !== undefined) return 0;
    db.put(key, value);
    return 1;
  }),
  SETEX: command(4, ([verb, key, seconds, value], { db }) => {
    db.put(key, value, toFutureInstant(seconds, timeUnits.EX!, db.now, verb));
    return ok;
  }),
  PSETEX: command(4, ([verb, key, milliseconds, value], { db }) => {
    db.put(key, value, toFutureInstant(milliseconds, timeUnits.PX!, db.now, verb));
    return ok;
  }),
  GETSET: command(3, ([, key, value], { db }) => {
    const old = db.string(key) ?? null;
    db.put(key, value);
    return old;
  }),
  GETDEL: command(2, ([, key], { db }) => {
    const old = db.string(key) ?? null;
    db.delete(key);
    return old;
  }),
  GETEX: command(-2, getAndExpire),
  MGET: command(-2, ([, ...keys], { db }) => keys.map((key) => stringOrNull(db, key))),
  MSET: command(-3, (args, { db }) => {
    for (const [key, value] of pairsOf(args)) db.put(key, value);
    return ok;
  }),
  MSETNX: command(-3, (args, { db }) => {
    const pairs = pairsOf(args);
    if (pairs.some(([key]) => db.find(key) !== undefined)) return 0;
    for (const [key, value] of pairs) db.put(key, value);
    return 1;
  }),
  APPEND: command(3, ([, key, value], { db }) => {
    const whole = (db.string(key) ?? "") + value;
    db.replace(key, whole);
    return whole.length;
  }),
  STRLEN: command(2, ([, key], { db }) => db.string(key)?.length ?? 0),
  GETRANGE: command(4, getRange),
  SUBSTR: command(4, getRange),
  SETRANGE: command(4, setRange),
};

interface SetOptions {
  condition?: "NX" | "XX";
  returnsOld?: boolean;
  keepsExpiry?: boolean;
  expiry?: { readonly unit: TimeUnit; readonly text: string };
}

function set(args: Args, { db }: HasDatabase): Reply {
  const [, key, value] = args;
  const options = setOptions(args);
  const { expiry } = options;
  const expiresAt = expiry && toFutureInstant(expiry.text, expiry.unit, db.now, args[0]);
  const old = options.returnsOld ? db.string(key) ?? null : null;
  const exists = db.find(key) !== undefined;
  if (options.condition === (exists ? "NX" : "XX")) return old;
  if (options.keepsExpiry) db.replace(key, value);
  else db.put(key, value, expiresAt);
  return options.returnsOld ? old : ok;
}

function setOptions(args: Args): SetOptions {
  const options: SetOptions = {};
  for (let i = 3; i < args.length; i++) {
    const name = args[i]!.toUpperCase();
    const unit = timeUnits[name];
    const hasTime = options.keepsExpiry || options.expiry !== undefined;
    if ((name === "NX" || name === "XX") && (options.condition ?? name) === name) options.condition = name;
    else if (name === "GET") options.returnsOld = true;
    else if (name === "KEEPTTL" && options.expiry === undefined) options.keepsExpiry = true;
    else if (unit !== undefined && !hasTime && i + 1 < args.length) {
      options.expiry = { unit, text: args[++i]! };
    } else throw syntaxError();
  }
  return options;
}

function getAndExpire(args: Args, { db }: HasDatabase): Reply {
  const [verb, key] = args;
  const option = args[2]?.toUpperCase();
  const unit = option === undefined ? undefined : timeUnits[option];
  const expected = unit !== undefined ? 4 : option === "PERSIST" ? 3 : 2;
  if (args.length !== expected) throw syntaxError();
  const value = db.string(key);
  const entry = db.find(key);
  if (value === undefined || entry === undefined) return null;
  if (option !== undefined) {
    db.expire(entry, unit === undefined ? Infinity : toFutureInstant(args[3], unit, db.now, verb));
    db.touch(key);
  }
  return value;
}

function stringOrNull(db: Keyspace, key: string): string | null {
  const value = db.find(key)?.value;
  return typeof value === "string" ? value : null;
}

function pairsOf(args: Args): [string, string][] {
  if (args.length % 2 === 0) throw wrongArity(args[0].toLowerCase());
  const pairs: [string, string][] = [];
  for (let i = 1; i < args.length; i += 2) pairs.push([args[i]!, args[i + 1]!]);
  return pairs;
}

function getRange([, key, start, end]: Args, { db }: HasDatabase): Reply {
  const [first, last] = [toCount(start), toCount(end)];
  const value = db.string(key) ?? "";
  if (first < 0 && last < 0 && first > last) return "";
  // Unlike with lists, an end before the first byte means the first byte.
  const to = last < 0 ? Math.max(0, last + value.length) : last;
  return value.slice(first < 0 ? Math.max(0, first + value.length) : first, to + 1);
}

function setRange([, key, offsetText, part]: Args, { db }: HasDatabase): Reply {
  const offset = toCount(offsetText);
  if (offset < 0) throw new CommandError("ERR offset is out of range");
  const old = db.string(key) ?? "";
  if (part === "") return old.length;
  if (offset + part.length > longestString) {
    throw new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  }
  const whole = old.slice(0, offset).padEnd(offset, "\0") + part + old.slice(offset + part.length);
  db.replace(key, whole);
  return whole.length;
}
