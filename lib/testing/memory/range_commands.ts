/**
 * The commands of sorted sets that name ranges: of ranks, scores or members.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import { indexRange } from "./index_range.ts";
import type { HasDatabase } from "./keyspace.ts";
import { parseDouble, toCount } from "./numbers.ts";
import { double, pairs, type Reply } from "./reply.ts";
import { type Bound, SortedSet } from "./sorted_set.ts";

type By = "rank" | "score" | "member";

/** What a command asks of a range besides its ends. */
interface RangeOptions {
  by: By;
  isReversed: boolean;
  withScores: boolean;
  offset: number;
  count: number;
}

/** The commands of ranges, by verb. */
export const rangeCommands: Commands<HasDatabase> = {
  ZRANGE: command(-4, (args, { db }) => rangeReply(args, db.sortedSet.bind(db), allOptions(args))),
  ZREVRANGE: rangeCommand("rank", true),
  ZRANGEBYSCORE: rangeCommand("score", false),
  ZREVRANGEBYSCORE: rangeCommand("score", true),
  ZRANGEBYLEX: rangeCommand("member", false),
  ZREVRANGEBYLEX: rangeCommand("member", true),
  ZCOUNT: countCommand("score"),
  ZLEXCOUNT: countCommand("member"),
  ZREMRANGEBYRANK: removeCommand("rank"),
  ZREMRANGEBYSCORE: removeCommand("score"),
  ZREMRANGEBYLEX: removeCommand("member"),
};

function rangeCommand(by: By, isReversed: boolean): Command<HasDatabase> {
  return command(-4, (args, { db }) => rangeReply(args, db.sortedSet.bind(db), options(args, by, isReversed)));
}

/** The options of ZRANGE, which also say what the range is of. */
function allOptions(args: Args): RangeOptions {
  const names = args.slice(4).map((arg) => arg.toUpperCase());
  const by = names.includes("BYSCORE") ? "score" : names.includes("BYLEX") ? "member" : "rank";
  if (names.includes("BYSCORE") && names.includes("BYLEX")) throw syntaxError();
  return options(args, by, names.includes("REV"), ["BYSCORE", "BYLEX", "REV"]);
}

function options(args: Args, by: By, isReversed: boolean, ignored: readonly string[] = []): RangeOptions {
  const found: RangeOptions = { by, isReversed, withScores: false, offset: 0, count: -1 };
  let hasLimit = false;
  for (let i = 4; i < args.length; i++) {
    const name = args[i]!.toUpperCase();
    if (name === "WITHSCORES") found.withScores = true;
    else if (name === "LIMIT" && i + 2 < args.length) {
      hasLimit = true;
      found.offset = toCount(args[++i]!);
      found.count = toCount(args[++i]!);
    } else if (!ignored.includes(name)) throw syntaxError();
  }
  if (hasLimit && by === "rank") {
    throw new CommandError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (found.withScores && by === "member") {
    throw new CommandError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
  return found;
}

function rangeReply(
  [, key, start, stop]: Args,
  find: (key: string) => SortedSet | undefined,
  options: RangeOptions,
): Reply {
  const { by, isReversed, offset, count } = options;
  const isSwapped = isReversed && by !== "rank";
  const range = rangeOf(by, isSwapped ? stop : start, isSwapped ? start : stop);
  const sorted = find(key) ?? new SortedSet();
  let [from, to] = range(sorted);
  if (by === "rank" && isReversed) [from, to] = [sorted.size - to, sorted.size - from];
  const members = sorted.members(from, to);
  if (isReversed) members.reverse();
  const chosen = offset < 0 ? [] : members.slice(offset, count < 0 ? undefined : offset + count);
  return options.withScores ? pairs(chosen.flatMap((member) => [member, double(sorted.score(member)!)])) : chosen;
}

function countCommand(by: By): Command<HasDatabase> {
  return command(4, ([, key, min, max], { db }) => {
    const range = rangeOf(by, min, max);
    const [from, to] = range(db.sortedSet(key) ?? new SortedSet());
    return to - from;
  });
}

function removeCommand(by: By): Command<HasDatabase> {
  return command(4, ([, key, min, max], { db }) => {
    const range = rangeOf(by, min, max);
    const sorted = db.sortedSet(key);
    if (sorted === undefined) return 0;
    const members = sorted.members(...range(sorted));
    for (const member of members) sorted.delete(member);
    if (members.length > 0) db.changed(key, sorted);
    return members.length;
  });
}

/** The ranks, from and up to, that the ends mean in a given set. */
function rangeOf(by: By, min: string, max: string): (sorted: SortedSet) => [number, number] {
  if (by === "rank") {
    const [first, last] = [toCount(min), toCount(max)];
    return (sorted) => indexRange(first, last, sorted.size);
  }
  if (by === "score") {
    const [low, high] = [scoreBound(min), scoreBound(max)];
    return (sorted) => sorted.rangeByScore(low, high);
  }
  const [low, high] = [memberBound(min), memberBound(max)];
  return (sorted) => sorted.rangeByMember(low, high);
}

function scoreBound(text: string): Bound<number> {
  const isExclusive = text.startsWith("(");
  const value = parseDouble(isExclusive ? text.slice(1) : text);
  if (value === undefined) throw new CommandError("ERR min or max is not a float");
  return { value, isExclusive };
}

function memberBound(text: string): Bound<string> | "-" | "+" {
  if (text === "-" || text === "+") return text;
  if (text[0] !== "[" && text[0] !== "(") throw new CommandError("ERR min or max not valid string range item");
  return { value: text.slice(1), isExclusive: text[0] === "(" };
}
