/**
 * The commands of sets.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { syntaxError } from "./command_error.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { toCount, toSize } from "./numbers.ts";
import { pick, pickDistinct } from "./random_choice.ts";
import { type Reply, set } from "./reply.ts";

type Members = ReadonlySet<string>;
type Combine = (sets: readonly Members[]) => Members;

const nothing: Members = new Set();

/** The commands of sets, by verb. */
export const setCommands: Commands<HasDatabase> = {
  SADD: command(-3, ([, key, ...members], { db }) => members.filter((member) => addTo(db, key, member)).length),
  SREM: command(-3, ([, key, ...members], { db }) => members.filter((member) => removeFrom(db, key, member)).length),
  SMEMBERS: command(2, ([, key], { db }) => set([...db.set(key) ?? nothing])),
  SISMEMBER: command(3, ([, key, member], { db }) => db.set(key)?.has(member) ? 1 : 0),
  SMISMEMBER: command(-3, ([, key, ...members], { db }) => {
    const existing = db.set(key);
    return members.map((member) => existing?.has(member) ? 1 : 0);
  }),
  SCARD: command(2, ([, key], { db }) => db.set(key)?.size ?? 0),
  SMOVE: command(4, ([, from, to, member], { db }) => {
    const source = db.set(from);
    if (source === undefined) return 0;
    db.set(to);
    if (!source.has(member)) return 0;
    if (from === to) return 1;
    removeFrom(db, from, member);
    addTo(db, to, member);
    return 1;
  }),
  SPOP: command(-2, pop),
  SRANDMEMBER: command(-2, (args, { db }) => {
    if (args.length > 3) throw syntaxError();
    const count = args.length > 2 ? toCount(args[2]) : undefined;
    const picked = pick([...db.set(args[1]) ?? nothing], count ?? 1);
    return count === undefined ? picked[0] ?? null : picked;
  }),
  SINTER: combineCommand(intersection),
  SUNION: combineCommand(union),
  SDIFF: combineCommand(difference),
  SINTERSTORE: storeCommand(intersection),
  SUNIONSTORE: storeCommand(union),
  SDIFFSTORE: storeCommand(difference),
};

function addTo(db: Keyspace, key: string, member: string): boolean {
  const members = db.set(key);
  if (members === undefined) db.put(key, new Set([member]));
  else if (members.has(member)) return false;
  else {
    members.add(member);
    db.touch(key);
  }
  return true;
}

function removeFrom(db: Keyspace, key: string, member: string): boolean {
  const members = db.set(key);
  if (!members?.delete(member)) return false;
  db.changed(key, members);
  return true;
}

function pop(args: Args, { db }: HasDatabase): Reply {
  if (args.length > 3) throw syntaxError();
  const count = args.length > 2 ? toSize(args[2]) : undefined;
  const picked = pickDistinct([...db.set(args[1]) ?? nothing], count ?? 1);
  for (const member of picked) removeFrom(db, args[1], member);
  return count === undefined ? picked[0] ?? null : set(picked);
}

function combineCommand(combine: Combine): Command<HasDatabase> {
  return command(-2, ([, ...keys], { db }) => set([...combine(keys.map((key) => db.set(key) ?? nothing))]));
}

function storeCommand(combine: Combine): Command<HasDatabase> {
  return command(-3, ([, target, ...keys], { db }) => {
    const members = new Set(combine(keys.map((key) => db.set(key) ?? nothing)));
    if (members.size === 0) db.delete(target);
    else db.put(target, members);
    return members.size;
  });
}

function intersection([first = nothing, ...others]: readonly Members[]): Members {
  return new Set([...first].filter((member) => others.every((other) => other.has(member))));
}

function union(sets: readonly Members[]): Members {
  return new Set(sets.flatMap((members) => [...members]));
}

function difference([first = nothing, ...others]: readonly Members[]): Members {
  return new Set([...first].filter((member) => !others.some((other) => other.has(member))));
}
