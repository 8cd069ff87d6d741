/** A generator of numbers that depends on its seed alone. */
export type Random = () => number;

/** Numbers in [0, 1), by mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function choose<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

type Part = (random: Random) => string[];

const word = (...words: string[]): Part => (random) => [choose(random, words)];
const maybe = (part: Part): Part => (random) => random() < 0.5 ? part(random) : [];
const many = (...parts: Part[]): Part => (random) => {
  const count = 1 + Math.floor(random() * 3);
  return Array.from({ length: count }, () => parts.flatMap((part) => part(random))).flat();
};
const phrase = (...parts: Part[]): Part => (random) => parts.flatMap((part) => part(random));
const either = (...parts: Part[]): Part => (random) => choose(random, parts)(random);

/** Keys that tend to hold one type each, but not always. */
const key = word("s1", "s2", "n1", "h1", "h2", "l1", "l2", "t1", "t2", "z1", "z2", "none", "\xff\x00\r\n");
const keyOf = (prefix: string): Part => (random) =>
  random() < 0.85 ? [prefix + choose(random, ["1", "2"])] : key(random);
const string = keyOf("s");
const hash = keyOf("h");
const list = keyOf("l");
const set = keyOf("t");
const sorted = keyOf("z");
const number = either(word("n1"), string);

const value = word("a", "b", "c", "abc", "5", "10", "-7", "", "\x80\xfe", "3.5", "nan");
const member = word("a", "b", "c", "d", "e", "1", "2", "3", "\xe9");
const integer = word("0", "1", "2", "3", "-1", "-2", "5", "100", "-100", "abc", "007", "9223372036854775807", "1.5");
const count = word("0", "1", "2", "3", "100", "-1");
/** Fractions that are exact in binary: how others are rounded depends on the machine that Redis runs on. */
const float = word("1", "0.5", "0.25", "-1.75", "3e2", "100.125", "abc", "inf", "-inf", "5.0e3", "-0.5");
const score = word("1", "2", "3", "0.5", "-1.75", "inf", "-inf", "+2", "abc", "0", "1e3");
const scoreBound = either(score, word("(1", "(2", "(abc", "-inf", "+inf", "(0.5"));
const memberBound = word("-", "+", "[a", "[c", "(a", "(c", "[\xe9", "b");
const end = word("LEFT", "RIGHT", "left", "MIDDLE");
const instant = word("99999999999", "88888888888", "abc", "-1", "0", "9223372036854775807");
const expiry = phrase(
  word("EX", "PX", "EXAT", "PXAT", "ex"),
  word("9999999999", "0", "-5", "abc", "100000000000000000"),
);
const limit = phrase(word("LIMIT"), integer, integer);

/** Every command of the server whose reply depends on nothing but the commands before it. */
const grammar: Part[] = [
  phrase(
    word("GET", "STRLEN", "GETDEL", "TYPE", "TTL", "PTTL", "EXPIRETIME", "PERSIST", "get", "INCR", "DECR"),
    number,
  ),
  phrase(
    word("SET"),
    string,
    value,
    maybe(word("NX", "XX", "GET", "KEEPTTL")),
    maybe(expiry),
    maybe(word("GET", "NX")),
  ),
  phrase(word("SET"), word("n1"), word("1", "5", "3.25")),
  phrase(word("SETNX", "GETSET", "APPEND"), string, value),
  phrase(word("SETEX", "PSETEX"), string, word("9999999999", "0", "x"), value),
  phrase(word("GETEX"), string, maybe(either(expiry, word("PERSIST", "PERSISTS")))),
  phrase(word("MGET", "DEL", "UNLINK", "EXISTS", "TOUCH"), many(key)),
  phrase(word("MSET", "MSETNX"), many(string, value), maybe(value)),
  phrase(word("GETRANGE", "SUBSTR"), string, integer, integer),
  phrase(word("SETRANGE"), string, word("0", "1", "5", "-1", "abc", "600000000"), value),
  phrase(word("INCRBY", "DECRBY"), number, either(integer, word("-9223372036854775808"))),
  phrase(word("INCRBYFLOAT"), word("f1", "f1", "l1"), float),
  phrase(word("SET"), word("f1"), word("1", "-2.5", "abc")),
  phrase(word("RENAME", "RENAMENX"), key, key),
  phrase(word("COPY"), key, key, maybe(word("REPLACE", "BAD")), maybe(phrase(word("DB"), word("0", "1", "99", "x")))),
  phrase(word("KEYS"), word("*", "s*", "?1", "[hl]1", "[^s]*", "h\\1", "*none*", "[a-z]2", "**1")),
  phrase(
    word("SCAN"),
    word("0", "x"),
    maybe(phrase(word("MATCH"), word("*1", "z*"))),
    word("COUNT"),
    word("1000", "0", "y"),
  ),
  phrase(word("SCAN"), word("0"), word("COUNT"), word("1000"), word("TYPE"), word("zset", "hash", "string", "nope")),
  phrase(
    word("EXPIREAT", "PEXPIREAT", "EXPIRE", "PEXPIRE"),
    key,
    instant,
    maybe(word("NX", "XX", "GT", "LT", "BAD")),
    maybe(word("GT", "XX")),
  ),

  phrase(word("HSET", "HMSET"), hash, many(member, value), maybe(member)),
  phrase(word("HSETNX"), hash, member, value),
  phrase(word("HGET", "HEXISTS", "HSTRLEN"), hash, member),
  phrase(word("HMGET", "HDEL"), hash, many(member)),
  phrase(word("HGETALL", "HLEN", "HKEYS", "HVALS"), hash),
  phrase(word("HINCRBY"), hash, member, integer),
  phrase(word("HINCRBYFLOAT"), word("hf", "hf", "l1"), member, float),
  phrase(word("HRANDFIELD"), hash, word("100", "0"), maybe(word("WITHVALUES"))),
  phrase(word("HSCAN"), hash, word("0"), maybe(phrase(word("MATCH"), word("[a-c]", "*")))),

  phrase(word("LPUSH", "RPUSH", "LPUSHX", "RPUSHX"), list, many(value)),
  phrase(word("LPUSH", "RPUSH"), list, many(value)),
  phrase(word("LPOP", "RPOP"), list, maybe(count), maybe(word("EXTRA", ""))),
  phrase(word("LLEN"), list),
  phrase(word("LRANGE", "LTRIM"), list, integer, integer),
  phrase(word("LRANGE"), list, word("0"), word("-1")),
  phrase(word("LINDEX"), list, integer),
  phrase(word("LSET"), list, integer, value),
  phrase(word("LREM"), list, count, value),
  phrase(word("LINSERT"), list, word("BEFORE", "AFTER", "after", "AT"), value, value),
  phrase(word("LMOVE"), list, list, end, end),
  phrase(word("RPOPLPUSH"), list, list),
  phrase(
    word("LPOS"),
    list,
    value,
    maybe(phrase(word("RANK"), integer)),
    maybe(phrase(word("COUNT", "MAXLEN"), count)),
  ),
  phrase(word("BLPOP", "BRPOP"), list, word("l1"), word("0.01", "-1", "x")),
  phrase(word("BLMOVE"), list, list, end, end, word("0.01", "-1", "x")),

  phrase(word("SADD", "SREM", "SMISMEMBER"), set, many(member)),
  phrase(word("SADD"), set, many(member)),
  phrase(word("SMEMBERS", "SCARD"), set),
  phrase(word("SISMEMBER"), set, member),
  phrase(word("SMOVE"), set, set, member),
  phrase(word("SPOP"), set, word("100", "-1", "x")),
  phrase(word("SRANDMEMBER"), set, word("100", "0")),
  phrase(word("SINTER", "SUNION", "SDIFF"), many(set)),
  phrase(word("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), set, many(set)),
  phrase(word("SSCAN"), set, word("0", "x"), maybe(phrase(word("MATCH"), word("[0-9]")))),

  phrase(
    word("ZADD"),
    sorted,
    maybe(word("NX", "XX")),
    maybe(word("GT", "LT", "gt")),
    maybe(word("CH", "INCR")),
    many(score, member),
    maybe(score),
  ),
  phrase(word("ZADD"), sorted, many(score, member)),
  phrase(word("ZINCRBY"), sorted, score, member),
  phrase(word("ZREM", "ZMSCORE"), sorted, many(member)),
  phrase(word("ZSCORE", "ZRANK", "ZREVRANK"), sorted, member),
  phrase(word("ZCARD"), sorted),
  phrase(word("ZCOUNT", "ZREMRANGEBYSCORE"), sorted, scoreBound, scoreBound),
  phrase(word("ZLEXCOUNT", "ZREMRANGEBYLEX"), word("lex"), memberBound, memberBound),
  phrase(word("ZADD"), word("lex"), many(word("0"), member)),
  phrase(word("ZRANGEBYLEX", "ZREVRANGEBYLEX"), word("lex"), memberBound, memberBound, maybe(limit)),
  phrase(
    word("ZRANGE"),
    word("lex"),
    memberBound,
    memberBound,
    word("BYLEX"),
    maybe(word("REV")),
    maybe(limit),
    maybe(word("WITHSCORES")),
  ),
  phrase(
    word("ZRANGE"),
    sorted,
    scoreBound,
    scoreBound,
    word("BYSCORE"),
    maybe(word("REV")),
    maybe(limit),
    maybe(word("WITHSCORES", "BYLEX")),
  ),
  phrase(word("ZRANGE", "ZREVRANGE"), sorted, integer, integer, maybe(word("WITHSCORES", "BAD")), maybe(limit)),
  phrase(
    word("ZRANGEBYSCORE", "ZREVRANGEBYSCORE"),
    sorted,
    scoreBound,
    scoreBound,
    maybe(word("WITHSCORES")),
    maybe(limit),
  ),
  phrase(word("ZREMRANGEBYRANK"), sorted, integer, integer),
  phrase(word("ZPOPMIN", "ZPOPMAX"), sorted, maybe(count)),
  phrase(word("ZSCAN"), sorted, word("0")),

  phrase(word("MULTI", "EXEC", "DISCARD", "UNWATCH", "multi", "exec")),
  phrase(word("WATCH"), many(key)),
  phrase(word("SELECT"), word("0", "0", "0", "1", "16", "-1", "x")),
  phrase(word("PING", "ECHO"), maybe(value), maybe(value)),
  phrase(word("NOSUCH", "nosuch"), many(value)),
  phrase(word("CLIENT", "CONFIG", "PUBSUB"), word("NOSUCH"), maybe(value)),
  phrase(word("CLIENT"), word("SETNAME", "GETNAME"), maybe(word("a", "b", "has space"))),
  phrase(word("GET", "HSET", "LPUSH", "ZADD", "SET", "MULTI", "EXPIRE", "SELECT"), maybe(key)),
  phrase(word("PUBLISH"), member, value),
  phrase(word("PUBSUB"), word("CHANNELS", "NUMPAT", "NUMSUB")),
  phrase(word("FLUSHDB", "FLUSHALL"), word("ASYNC", "SYNC", "NEVER", "NEVER", "NEVER", "NEVER")),
];

/** The next command. */
export function randomCommand(random: Random): string[] {
  return choose(random, grammar)(random);
}
