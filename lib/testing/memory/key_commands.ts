/**
 * The commands of keys of any type, within one database.
 *
 * @module
 */
import { type Args, command, type Commands } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { Deque } from "./deque.ts";
import { globMatcher } from "./glob.ts";
import { type HasDatabase, type Keyspace, typeOf, type Value } from "./keyspace.ts";
import { ok, type Reply, status } from "./reply.ts";
import { SortedSet } from "./sorted_set.ts";

/** The commands of keys, by verb. */
export const keyCommands: Commands<HasDatabase> = {
  DEL: command(-2, remove),
  UNLINK: command(-2, remove),
  EXISTS: command(-2, ([, ...keys], { db }) => countFound(db, keys)),
  TOUCH: command(-2, ([, ...keys], { db }) => countFound(db, keys)),
  TYPE: command(2, ([, key], { db }) => {
    const value = db.find(key)?.value;
    return status(value === undefined ? "none" : typeOf(value));
  }),
  KEYS: command(2, ([, pattern], { db }) => db.keys().filter(globMatcher(pattern))),
  RANDOMKEY: command(1, (_, { db }) => db.randomKey() ?? null),
  DBSIZE: command(1, (_, { db }) => db.size),
  RENAME: command(3, ([, from, to], { db }) => {
    rename(db, from, to);
    return ok;
  }),
  RENAMENX: command(3, ([, from, to], { db }) => {
    if (db.find(from) !== undefined && db.find(to) !== undefined) return 0;
    rename(db, from, to);
    return 1;
  }),
};

/** A value that shares nothing with the given one. */
export function copyOf(value: Value): Value {
  if (typeof value === "string") return value;
  if (value instanceof Map) return new Map(value);
  if (value instanceof Set) return new Set(value);
  if (value instanceof Deque) return new Deque(value.slice());
  const copy = new SortedSet();
  for (const member of value.members()) copy.set(member, value.score(member)!);
  return copy;
}

function remove([, ...keys]: Args, { db }: HasDatabase): Reply {
  let count = 0;
  for (const key of keys) if (db.delete(key)) count++;
  return count;
}

function countFound(db: Keyspace, keys: readonly string[]): number {
  return keys.reduce((count, key) => db.find(key) === undefined ? count : count + 1, 0);
}

function rename(db: Keyspace, from: string, to: string): void {
  const entry = db.find(from);
  if (entry === undefined) throw new CommandError("ERR no such key");
  if (from === to) return;
  const { value, expiresAt } = entry;
  db.delete(from);
  db.delete(to);
  db.put(to, value, expiresAt);
}
