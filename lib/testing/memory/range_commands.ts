/**
 * The commands of sorted sets that name ranges: of ranks, scores or members.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import { indexRange } from "./index_range.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { parseDouble, toCount } from "./numbers.ts";
import { double, pairs, type Reply } from "./reply.ts";
import { type Bound, SortedSet } from "./sorted_set.ts";

type By = "rank" | "score" | "member";

/** What a command asks of a range besides its ends. */
interface RangeOptions {
  readonly by: By;
  readonly isReversed: boolean;
  readonly withScores: boolean;
  readonly offset: number;
  readonly count: number;
}

/** The commands of ranges, by verb. */
export const rangeCommands: Commands<HasDatabase> = {
  ZRANGE: rangeCommand(undefined, undefined),
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

function rangeCommand(by: By | undefined, isReversed: boolean | undefined): Command<HasDatabase> {
  return command(-4, (args, { db }) => rangeReply(args, db, rangeOptions(args, by, isReversed)));
}

/** The options behind the ends. ZRANGE alone says there what the range is of and in which order. */
function rangeOptions(args: Args, by: By | undefined, isReversed: boolean | undefined): RangeOptions {
  let withScores = false;
  let limit = { offset: 0, count: -1 };
  for (let i = 4; i < args.length; i++) {
    const name = args[i]!.toUpperCase();
    if (name === "WITHSCORES") withScores = true;
    else if (name === "LIMIT" && i + 2 < args.length) {
      limit = { offset: toCount(args[++i]!), count: toCount(args[++i]!) };
    } else if (name === "REV" && isReversed === undefined) isReversed = true;
    else if (by === undefined && (name === "BYSCORE" || name === "BYLEX")) {
      by = name === "BYSCORE" ? "score" : "member";
    } else throw syntaxError();
  }
  const options: RangeOptions = { by: by ?? "rank", isReversed: isReversed ?? false, withScores, ...limit };
  checkOptions(options);
  return options;
}

function checkOptions({ by, count, withScores }: RangeOptions): void {
  if (count !== -1 && by === "rank") {
    throw new CommandError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (withScores && by === "member") {
    throw new CommandError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
}

function rangeReply([, key, start, stop]: Args, db: Keyspace, options: RangeOptions): Reply {
  const { by, isReversed, withScores } = options;
  const isSwapped = isReversed && by !== "rank";
  const range = rangeOf(by, isSwapped ? stop : start, isSwapped ? start : stop);
  const sorted = db.sortedSet(key) ?? new SortedSet();
  let [from, to] = range(sorted);
  if (by === "rank" && isReversed) [from, to] = [sorted.size - to, sorted.size - from];
  const members = sorted.members(from, to);
  if (isReversed) members.reverse();
  const chosen = by === "rank" ? members : limited(members, options);
  return withScores ? pairs(chosen.flatMap((member) => [member, double(sorted.score(member)!)])) : chosen;
}

function limited(members: readonly string[], { offset, count }: RangeOptions): readonly string[] {
  return offset < 0 ? [] : members.slice(offset, count < 0 ? undefined : offset + count);
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
