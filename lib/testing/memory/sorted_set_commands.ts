/**
 * The commands of sorted sets that name members.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { toDouble, toSize } from "./numbers.ts";
import { double, pairs, type Reply } from "./reply.ts";
import { SortedSet } from "./sorted_set.ts";

/** The commands of sorted sets that name members, by verb. */
export const sortedSetCommands: Commands<HasDatabase> = {
  ZADD: command(-4, add),
  ZINCRBY: command(4, ([, key, by, member], { db }) => {
    return double(update(db, key, member, toDouble(by), new Set(["INCR"])).score!);
  }),
  ZREM: command(-3, ([, key, ...members], { db }) => {
    const sorted = db.sortedSet(key);
    if (sorted === undefined) return 0;
    const count = members.filter((member) => sorted.delete(member)).length;
    if (count > 0) db.changed(key, sorted);
    return count;
  }),
  ZSCORE: command(3, ([, key, member], { db }) => scoreReply(db.sortedSet(key)?.score(member))),
  ZMSCORE: command(-3, ([, key, ...members], { db }) => {
    const sorted = db.sortedSet(key);
    return members.map((member) => scoreReply(sorted?.score(member)));
  }),
  ZCARD: command(2, ([, key], { db }) => db.sortedSet(key)?.size ?? 0),
  ZRANK: command(3, ([, key, member], { db }) => db.sortedSet(key)?.rank(member) ?? null),
  ZREVRANK: command(3, ([, key, member], { db }) => {
    const sorted = db.sortedSet(key);
    const rank = sorted?.rank(member);
    return rank === undefined ? null : sorted!.size - 1 - rank;
  }),
  ZPOPMIN: popCommand((sorted, count) => sorted.members(0, count)),
  ZPOPMAX: popCommand((sorted, count) => sorted.members(Math.max(0, sorted.size - count)).reverse()),
};

function scoreReply(score: number | undefined): Reply {
  return score === undefined ? null : double(score);
}

const conditions = new Set(["NX", "XX", "GT", "LT", "CH", "INCR"]);

function add(args: Args, { db }: HasDatabase): Reply {
  const options = new Set<string>();
  let first = 2;
  for (; first < args.length && conditions.has(args[first]!.toUpperCase()); first++) {
    options.add(args[first]!.toUpperCase());
  }
  const rest = args.slice(first);
  checkOptions(options, rest);
  const updates = rest.flatMap((score, i) => i % 2 === 0 ? [{ score: toDouble(score), member: rest[i + 1]! }] : []);
  db.sortedSet(args[1]);
  const done = updates.map(({ score, member }) => update(db, args[1], member, score, options));
  if (options.has("INCR")) return scoreReply(done[0]!.score);
  return done.filter(({ isNew, isChanged }) => isNew || (options.has("CH") && isChanged)).length;
}

function checkOptions(options: ReadonlySet<string>, rest: readonly string[]): void {
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError();
  if (options.has("NX") && options.has("XX")) {
    throw new CommandError("ERR XX and NX options at the same time are not compatible");
  }
  const [gt, lt] = [options.has("GT"), options.has("LT")];
  if ((gt && lt) || ((gt || lt) && options.has("NX"))) {
    throw new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (options.has("INCR") && rest.length > 2) {
    throw new CommandError("ERR INCR option supports a single increment-element pair");
  }
}

/** What became of one member; no score when a condition kept it as it was. */
interface Update {
  score: number | undefined;
  isNew: boolean;
  isChanged: boolean;
}

function update(db: Keyspace, key: string, member: string, given: number, options: ReadonlySet<string>): Update {
  const existing = db.sortedSet(key);
  const old = existing?.score(member);
  const score = old !== undefined && options.has("INCR") ? old + given : given;
  if (Number.isNaN(score)) throw new CommandError("ERR resulting score is not a number (NaN)");
  if (!isWanted(old, score, options)) return { score: undefined, isNew: false, isChanged: false };
  const sorted = existing ?? new SortedSet();
  sorted.set(member, score);
  if (existing === undefined) db.put(key, sorted);
  else if (old !== score) db.touch(key);
  return { score, isNew: old === undefined, isChanged: old !== score };
}

function isWanted(old: number | undefined, score: number, options: ReadonlySet<string>): boolean {
  if (old === undefined) return !options.has("XX");
  return !options.has("NX") && !(options.has("GT") && score <= old) && !(options.has("LT") && score >= old);
}

function popCommand(choose: (sorted: SortedSet, count: number) => string[]): Command<HasDatabase> {
  return command(-2, (args, { db }) => {
    if (args.length > 3) throw syntaxError();
    const count = args.length > 2 ? toSize(args[2]) : undefined;
    const sorted = db.sortedSet(args[1]);
    if (sorted === undefined) return [];
    const popped = choose(sorted, count ?? 1).flatMap((member) => [member, double(sorted.score(member)!)]);
    for (let i = 0; i < popped.length; i += 2) sorted.delete(popped[i] as string);
    if (popped.length > 0) db.changed(args[1], sorted);
    return count === undefined ? popped : pairs(popped);
  });
}
