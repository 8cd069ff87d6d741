/**
 * The commands of lists that never wait.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError, syntaxError, wrongArity } from "./command_error.ts";
import { Deque } from "./deque.ts";
import { indexRange } from "./index_range.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { toCount, toSize } from "./numbers.ts";
import { nullArray, ok, type Reply } from "./reply.ts";

/** An end of a list. */
export type End = "LEFT" | "RIGHT";

/** The commands of lists, by verb. */
export const listCommands: Commands<HasDatabase> = {
  LPUSH: pushCommand("LEFT", false),
  RPUSH: pushCommand("RIGHT", false),
  LPUSHX: pushCommand("LEFT", true),
  RPUSHX: pushCommand("RIGHT", true),
  LPOP: popCommand("LEFT"),
  RPOP: popCommand("RIGHT"),
  LLEN: command(2, ([, key], { db }) => db.list(key)?.length ?? 0),
  LRANGE: command(4, ([, key, start, stop], { db }) => {
    const [first, last] = [toCount(start), toCount(stop)];
    const list = db.list(key);
    return list === undefined ? [] : list.slice(...indexRange(first, last, list.length));
  }),
  LINDEX: command(3, ([, key, index], { db }) => {
    const list = db.list(key);
    if (list === undefined) return null;
    return list.at(fromEnd(toCount(index), list.length)) ?? null;
  }),
  LSET: command(4, ([, key, index, value], { db }) => {
    const list = db.list(key);
    if (list === undefined) throw new CommandError("ERR no such key");
    const position = fromEnd(toCount(index), list.length);
    if (list.at(position) === undefined) throw new CommandError("ERR index out of range");
    list.set(position, value);
    db.touch(key);
    return ok;
  }),
  LREM: command(4, removeValues),
  LTRIM: command(4, ([, key, start, stop], { db }) => {
    const [first, last] = [toCount(start), toCount(stop)];
    const list = db.list(key);
    if (list === undefined) return ok;
    list.replace(list.slice(...indexRange(first, last, list.length)));
    db.changed(key, list);
    return ok;
  }),
  LINSERT: command(5, insert),
  LMOVE: command(5, (args, { db }) => move(db, args[1], args[2], toEnd(args[3]), toEnd(args[4]))),
  RPOPLPUSH: command(3, ([, from, to], { db }) => move(db, from, to, "RIGHT", "LEFT")),
  LPOS: command(-3, positions),
};

/** The end that the argument names. */
export function toEnd(text: string | undefined): End {
  const end = text?.toUpperCase();
  if (end !== "LEFT" && end !== "RIGHT") throw syntaxError();
  return end;
}

/** Takes a value from an end of the list at `key`; `undefined` when there is no list. */
export function popFrom(db: Keyspace, key: string, end: End): string | undefined {
  const list = db.list(key);
  const value = end === "LEFT" ? list?.popLeft() : list?.popRight();
  if (list !== undefined) db.changed(key, list);
  return value;
}

/** Takes a value from one list and adds it to another, or to the other end of the same one. */
export function move(db: Keyspace, from: string, to: string, fromEnd: End, toEnd: End): string | null {
  if (db.list(from) === undefined) return null;
  db.list(to);
  const value = popFrom(db, from, fromEnd)!;
  pushTo(db, to, toEnd, [value]);
  return value;
}

function pushTo(db: Keyspace, key: string, end: End, values: readonly string[]): number {
  const existing = db.list(key);
  const list = existing ?? new Deque<string>();
  for (const value of values) end === "LEFT" ? list.pushLeft(value) : list.pushRight(value);
  if (existing === undefined) db.put(key, list);
  else db.touch(key);
  return list.length;
}

function pushCommand(end: End, mustExist: boolean): Command<HasDatabase> {
  return command(-3, ([, key, ...values], { db }) => {
    return mustExist && db.list(key) === undefined ? 0 : pushTo(db, key, end, values);
  });
}

function popCommand(end: End): Command<HasDatabase> {
  return command(-2, (args, { db }) => {
    const key = args[1];
    if (args.length === 2) return popFrom(db, key, end) ?? null;
    if (args.length > 3) throw wrongArity(args[0].toLowerCase());
    const count = toSize(args[2]);
    const list = db.list(key);
    if (list === undefined) return nullArray;
    return Array.from({ length: Math.min(count, list.length) }, () => popFrom(db, key, end)!);
  });
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function removeValues([, key, countText, value]: Args, { db }: HasDatabase): Reply {
  const count = toCount(countText);
  const list = db.list(key);
  if (list === undefined) return 0;
  const values = list.slice();
  if (count < 0) values.reverse();
  let left = count === 0 ? Infinity : Math.abs(count);
  const kept = values.filter((other) => other !== value || left-- <= 0);
  if (kept.length === values.length) return 0;
  list.replace(count < 0 ? kept.reverse() : kept);
  db.changed(key, list);
  return values.length - kept.length;
}

function insert(args: Args, { db }: HasDatabase): Reply {
  const [, key, where, pivot, value] = args;
  const side = where.toUpperCase();
  if (side !== "BEFORE" && side !== "AFTER") throw syntaxError();
  const list = db.list(key);
  if (list === undefined) return 0;
  const values = list.slice();
  const position = values.indexOf(pivot);
  if (position < 0) return -1;
  values.splice(side === "BEFORE" ? position : position + 1, 0, value!);
  list.replace(values);
  db.touch(key);
  return list.length;
}

function positions(args: Args, { db }: HasDatabase): Reply {
  const [, key, value] = args;
  const { rank, count, longest } = positionOptions(args);
  const values = db.list(key)?.slice() ?? [];
  const step = rank < 0 ? -1 : 1;
  const found: number[] = [];
  let toSkip = Math.abs(rank) - 1;
  let i = step > 0 ? 0 : values.length - 1;
  for (let seen = 0; i >= 0 && i < values.length && seen < longest; i += step, seen++) {
    if (values[i] !== value || toSkip-- > 0) continue;
    found.push(i);
    if (found.length === (count ?? 1)) break;
  }
  return count === undefined ? found[0] ?? null : found;
}

function positionOptions(args: Args): { rank: number; count: number | undefined; longest: number } {
  const options = { rank: 1, count: undefined as number | undefined, longest: Infinity };
  for (let i = 3; i < args.length; i += 2) {
    const [name, text] = [args[i]!.toUpperCase(), args[i + 1]];
    if (text === undefined || !["RANK", "COUNT", "MAXLEN"].includes(name)) throw syntaxError();
    const number = toCount(text);
    if (name === "RANK") options.rank = checkRank(number);
    else if (number < 0) throw new CommandError(`ERR ${name} can't be negative`);
    else if (name === "COUNT") options.count = number === 0 ? Infinity : number;
    else options.longest = number === 0 ? Infinity : number;
  }
  return options;
}

function checkRank(rank: number): number {
  if (rank !== 0) return rank;
  throw new CommandError(
    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
  );
}
