/**
 * The commands of hashes.
 *
 * @module
 */
import { type Args, command, type Commands } from "./command.ts";
import { CommandError, syntaxError, wrongArity } from "./command_error.ts";
import { addDecimals } from "./decimals.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { addIntegers, parseDouble, parseInteger, toCount, toDouble, toInteger } from "./numbers.ts";
import { pick } from "./random_choice.ts";
import { map, ok, pairs, type Reply } from "./reply.ts";

/** The commands of hashes, by verb. */
export const hashCommands: Commands<HasDatabase> = {
  HSET: command(-4, (args, { db }) => setFields(args, db)),
  HMSET: command(-4, (args, { db }) => {
    setFields(args, db);
    return ok;
  }),
  HSETNX: command(4, ([, key, field, value], { db }) => {
    if (db.hash(key)?.has(field)) return 0;
    setField(db, key, field, value);
    return 1;
  }),
  HGET: command(3, ([, key, field], { db }) => db.hash(key)?.get(field) ?? null),
  HMGET: command(-3, ([, key, ...fields], { db }) => {
    const hash = db.hash(key);
    return fields.map((field) => hash?.get(field) ?? null);
  }),
  HGETALL: command(2, ([, key], { db }) => map([...db.hash(key) ?? []].flat())),
  HDEL: command(-3, ([, key, ...fields], { db }) => {
    const hash = db.hash(key);
    if (hash === undefined) return 0;
    const count = fields.filter((field) => hash.delete(field)).length;
    if (count > 0) db.changed(key, hash);
    return count;
  }),
  HEXISTS: command(3, ([, key, field], { db }) => db.hash(key)?.has(field) ? 1 : 0),
  HLEN: command(2, ([, key], { db }) => db.hash(key)?.size ?? 0),
  HSTRLEN: command(3, ([, key, field], { db }) => db.hash(key)?.get(field)?.length ?? 0),
  HKEYS: command(2, ([, key], { db }) => [...db.hash(key)?.keys() ?? []]),
  HVALS: command(2, ([, key], { db }) => [...db.hash(key)?.values() ?? []]),
  HINCRBY: command(4, ([, key, field, by], { db }) => {
    const increment = toInteger(by);
    const old = parseInteger(db.hash(key)?.get(field) ?? "0");
    if (old === undefined) throw new CommandError("ERR hash value is not an integer");
    const sum = addIntegers(old, increment);
    setField(db, key, field, String(sum));
    return sum;
  }),
  HINCRBYFLOAT: command(4, ([, key, field, by], { db }) => {
    if (!Number.isFinite(toDouble(by))) throw new CommandError("ERR value is NaN or Infinity");
    const old = db.hash(key)?.get(field) ?? "0";
    if (parseDouble(old) === undefined) throw new CommandError("ERR hash value is not a float");
    const sum = addDecimals(old, by);
    setField(db, key, field, sum);
    return sum;
  }),
  HRANDFIELD: command(-2, randomFields),
};

function setFields(args: Args, db: Keyspace): number {
  if (args.length % 2 !== 0) throw wrongArity(args[0].toLowerCase());
  let added = 0;
  for (let i = 2; i < args.length; i += 2) added += setField(db, args[1], args[i]!, args[i + 1]!);
  return added;
}

function setField(db: Keyspace, key: string, field: string, value: string): number {
  const hash = db.hash(key);
  if (hash === undefined) {
    db.put(key, new Map([[field, value]]));
    return 1;
  }
  const before = hash.size;
  hash.set(field, value);
  db.touch(key);
  return hash.size - before;
}

function randomFields(args: Args, { db }: HasDatabase): Reply {
  const withValues = args.length === 4 && args[3].toUpperCase() === "WITHVALUES";
  if (args.length > 3 && !withValues) throw syntaxError();
  const count = args.length > 2 ? toCount(args[2]) : undefined;
  const hash: Map<string, string> = db.hash(args[1]) ?? new Map();
  const picked = pick([...hash], count ?? 1);
  if (count === undefined) return picked[0]?.[0] ?? null;
  return withValues ? pairs(picked.flat()) : picked.map(([field]) => field);
}
