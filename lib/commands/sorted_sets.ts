/**
 * Commands on sorted sets.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { Page, ScanOption } from "./keys.ts";
import { isIncrement } from "./refine.ts";
import { at, double, list, pairs, whenWord } from "./shapes.ts";
import { type CommandSpec, type Shape, spec } from "./spec.ts";
import type { CountedKeys, OneOrMore, Pairs, Returns, Surface } from "./surface.ts";
import { hasWord } from "./words.ts";

/** A condition of ZADD, or `CH` to count changed members as well as new ones. */
export type ZaddOption = "NX" | "XX" | "GT" | "LT" | "CH";

/** A member with its score. */
export type Scored<S extends Surface> = [member: S["text"], score: number];

/** Options that end with `WITHSCORES`. */
export type WithScores = [...options: Argument[], withScores: "WITHSCORES"];

/** Keys counted by `numkeys` and options that end with `WITHSCORES`. */
export type CountedKeysWithScores =
  | WithScores
  | [keys: readonly Argument[], ...options: Argument[], withScores: "WITHSCORES"];

/** Commands on sorted sets. */
export interface SortedSetCommands<S extends Surface> {
  /** Adds to one member's score and replies the result, null when a condition kept it. */
  zadd(
    key: Argument,
    ...change: [...options: ZaddOption[], incr: "INCR", score: Argument, member: Argument]
  ): Returns<S, number | null>;
  /** Sets members' scores, `zadd("k", "NX", 1, "a", 2, "b")`, and replies how many are new. */
  zadd(key: Argument, ...optionsScoresAndMembers: Pairs): Returns<S, number>;
  /** How many members there are. */
  zcard(key: Argument): Returns<S, number>;
  /** How many members have a score from `min` to `max`. */
  zcount(key: Argument, min: Argument, max: Argument): Returns<S, number>;
  /** The members of the first sorted set that no other one has, with their scores. */
  zdiff(numkeys: Argument, ...keysAndOptions: CountedKeysWithScores): Returns<S, Scored<S>[]>;
  /** The members of the first sorted set that no other one has. */
  zdiff(numkeys: Argument, ...keys: CountedKeys): Returns<S, S["text"][]>;
  /** Stores that difference and replies its size. */
  zdiffstore(destination: Argument, numkeys: Argument, ...keys: OneOrMore): Returns<S, number>;
  /** Adds to a member's score and replies the result. */
  zincrby(key: Argument, by: Argument, member: Argument): Returns<S, number>;
  /** The members that all sorted sets have, with their scores. */
  zinter(numkeys: Argument, ...keysAndOptions: CountedKeysWithScores): Returns<S, Scored<S>[]>;
  /** The members that all sorted sets have: `zinter(2, ["a", "b"], "AGGREGATE", "MAX")`. */
  zinter(numkeys: Argument, ...keysAndOptions: CountedKeys): Returns<S, S["text"][]>;
  /** How many members all sorted sets have. */
  zintercard(numkeys: Argument, ...keysAndLimit: CountedKeys): Returns<S, number>;
  /** Stores the intersection and replies its size. */
  zinterstore(destination: Argument, numkeys: Argument, ...keysAndOptions: CountedKeys): Returns<S, number>;
  /** How many members of equal score lie between two texts: `zlexcount("k", "[a", "(b")`. */
  zlexcount(key: Argument, min: Argument, max: Argument): Returns<S, number>;
  /** Removes members from the first sorted set that has some: `zmpop(2, ["a", "b"], "MIN", "COUNT", 10)`. */
  zmpop(
    numkeys: Argument,
    ...keysAndOptions: CountedKeys
  ): Returns<S, [key: S["text"], members: Scored<S>[]] | null>;
  /** The score of each member, null where there is none. */
  zmscore(key: Argument, ...members: OneOrMore): Returns<S, (number | null)[]>;
  /** Removes the member with the highest score; empty without key. */
  zpopmax(key: Argument): Returns<S, Scored<S> | []>;
  /** Removes up to `count` members with the highest scores. */
  zpopmax(key: Argument, count: Argument): Returns<S, Scored<S>[]>;
  /** Removes the member with the lowest score; empty without key. */
  zpopmin(key: Argument): Returns<S, Scored<S> | []>;
  /** Removes up to `count` members with the lowest scores. */
  zpopmin(key: Argument, count: Argument): Returns<S, Scored<S>[]>;
  /** Any member. */
  zrandmember(key: Argument): Returns<S, S["text"] | null>;
  /** Up to `count` different members, or `-count` members that may repeat. */
  zrandmember(key: Argument, count: Argument): Returns<S, S["text"][]>;
  /** The same with their scores. */
  zrandmember(key: Argument, count: Argument, withScores: "WITHSCORES"): Returns<S, Scored<S>[]>;
  /** The members of a range with their scores: `zrange("k", 0, -1, "WITHSCORES")`. */
  zrange(key: Argument, start: Argument, stop: Argument, ...options: WithScores): Returns<S, Scored<S>[]>;
  /** The members of a range: `zrange("k", 0, 10, "BYSCORE", "REV", "LIMIT", 0, 5)`. */
  zrange(key: Argument, start: Argument, stop: Argument, ...options: Argument[]): Returns<S, S["text"][]>;
  /** The members of equal score between two texts. */
  zrangebylex(
    key: Argument,
    min: Argument,
    max: Argument,
    ...limit: [] | ["LIMIT", Argument, Argument]
  ): Returns<S, S["text"][]>;
  /** The members with a score from `min` to `max`, with their scores. */
  zrangebyscore(key: Argument, min: Argument, max: Argument, ...options: WithScores): Returns<S, Scored<S>[]>;
  /** The members with a score from `min` to `max`. */
  zrangebyscore(key: Argument, min: Argument, max: Argument, ...options: Argument[]): Returns<S, S["text"][]>;
  /** Stores a range and replies its size. */
  zrangestore(
    destination: Argument,
    source: Argument,
    start: Argument,
    stop: Argument,
    ...options: Argument[]
  ): Returns<S, number>;
  /** How many members have a lower score, null without the member. */
  zrank(key: Argument, member: Argument): Returns<S, number | null>;
  /** The same with its score. */
  zrank(key: Argument, member: Argument, withScore: "WITHSCORE"): Returns<S, [rank: number, score: number] | null>;
  /** Removes members and replies how many there were. */
  zrem(key: Argument, ...members: OneOrMore): Returns<S, number>;
  /** Removes the members of equal score between two texts and replies how many. */
  zremrangebylex(key: Argument, min: Argument, max: Argument): Returns<S, number>;
  /** Removes the members between two ranks, both included, and replies how many. */
  zremrangebyrank(key: Argument, start: Argument, stop: Argument): Returns<S, number>;
  /** Removes the members with a score from `min` to `max` and replies how many. */
  zremrangebyscore(key: Argument, min: Argument, max: Argument): Returns<S, number>;
  /** The members between two ranks counted from the highest score, with their scores. */
  zrevrange(key: Argument, start: Argument, stop: Argument, withScores: "WITHSCORES"): Returns<S, Scored<S>[]>;
  /** The members between two ranks counted from the highest score. */
  zrevrange(key: Argument, start: Argument, stop: Argument): Returns<S, S["text"][]>;
  /** The members with a score from `max` down to `min`, with their scores. */
  zrevrangebyscore(key: Argument, max: Argument, min: Argument, ...options: WithScores): Returns<S, Scored<S>[]>;
  /** The members with a score from `max` down to `min`. */
  zrevrangebyscore(key: Argument, max: Argument, min: Argument, ...options: Argument[]): Returns<S, S["text"][]>;
  /** How many members have a higher score, null without the member. */
  zrevrank(key: Argument, member: Argument): Returns<S, number | null>;
  /** The same with its score. */
  zrevrank(key: Argument, member: Argument, withScore: "WITHSCORE"): Returns<S, [rank: number, score: number] | null>;
  /** One page of members and scores, as text, in turn. */
  zscan(key: Argument, cursor: Argument, ...options: ScanOption[]): Returns<S, Page<S>>;
  /** The score of a member, null when there is none. */
  zscore(key: Argument, member: Argument): Returns<S, number | null>;
  /** The members that any of the sorted sets has, with their scores. */
  zunion(numkeys: Argument, ...keysAndOptions: CountedKeysWithScores): Returns<S, Scored<S>[]>;
  /** The members that any of the sorted sets has: `zunion(2, ["a", "b"], "WEIGHTS", 1, 2)`. */
  zunion(numkeys: Argument, ...keysAndOptions: CountedKeys): Returns<S, S["text"][]>;
  /** Stores the union and replies its size. */
  zunionstore(destination: Argument, numkeys: Argument, ...keysAndOptions: CountedKeys): Returns<S, number>;
}

const scored = pairs(double);
const rangeShape = whenWord("WITHSCORES", 4, scored);
const rankShape = whenWord("WITHSCORE", 3, at({ 1: double }));

/** The popped members of ZMPOP and BZMPOP, which are nested under both protocols. */
export const poppedShape: Shape = at({ 1: list(at({ 1: double })) });

/** Only an increment replies a score. */
const changeShape: Shape = (reply, args, mapping) => isIncrement(args) ? double(reply, args, mapping) : reply;

const popShape: Shape = (reply, args, mapping) =>
  args.length > 2 ? scored(reply, args, mapping) : at({ 1: double })(reply, args, mapping);

/** The options begin behind the keys, one of which may be called like an option. */
const combinedShape: Shape = (reply, args, mapping) =>
  hasWord(args, "WITHSCORES", 2 + Number(args[1])) ? scored(reply, args, mapping) : reply;

/** The commands of `SortedSetCommands` as data. */
export const sortedSetSpecs: readonly CommandSpec[] = [
  spec("zadd", 3, { repeat: 1, shape: changeShape }),
  spec("zcard", 1),
  spec("zcount", 3),
  spec("zdiff", 2, { repeat: 1, after: -1, shape: combinedShape }),
  spec("zdiffstore", 3, { repeat: 2 }),
  spec("zincrby", 3, { shape: double }),
  spec("zinter", 2, { repeat: 1, after: -1, shape: combinedShape }),
  spec("zintercard", 2, { repeat: 1, after: -1 }),
  spec("zinterstore", 3, { repeat: 2, after: -1 }),
  spec("zlexcount", 3),
  spec("zmpop", 3, { repeat: 1, after: -1, shape: poppedShape }),
  spec("zmscore", 2, { repeat: 1, shape: list(double) }),
  spec("zpopmax", 1, { shape: popShape }),
  spec("zpopmin", 1, { shape: popShape }),
  spec("zrandmember", 1, { shape: whenWord("WITHSCORES", 3, scored) }),
  spec("zrange", 3, { shape: rangeShape }),
  spec("zrangebylex", 3),
  spec("zrangebyscore", 3, { shape: rangeShape }),
  spec("zrangestore", 4),
  spec("zrank", 2, { shape: rankShape }),
  spec("zrem", 2, { repeat: 1 }),
  spec("zremrangebylex", 3),
  spec("zremrangebyrank", 3),
  spec("zremrangebyscore", 3),
  spec("zrevrange", 3, { shape: rangeShape }),
  spec("zrevrangebyscore", 3, { shape: rangeShape }),
  spec("zrevrank", 2, { shape: rankShape }),
  spec("zscan", 2),
  spec("zscore", 2, { shape: double }),
  spec("zunion", 2, { repeat: 1, after: -1, shape: combinedShape }),
  spec("zunionstore", 3, { repeat: 2, after: -1 }),
];
