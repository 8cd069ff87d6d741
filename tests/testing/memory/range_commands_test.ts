import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, syntaxError, talk, wrongType } from "./talk.ts";

function filled(protocol: 2 | 3 = 3): ReturnType<typeof talk> {
  const session = talk({ protocol });
  session.run("ZADD z 1 a 2 b 3 c 4 d", "ZADD lex 0 a 0 b 0 c 0 d");
  return session;
}

test("ranges of ranks go both ways", () => {
  const session = filled();
  assert.equal(session.run("ZRANGE z 0 1", "ZRANGE z -1 -1", "ZRANGE z 2 1"), bulks("a", "b") + bulks("d") + "*0\r\n");
  assert.equal(
    session.run("ZREVRANGE z 0 1", "ZRANGE z 0 0 REV", "ZRANGE none 0 -1"),
    bulks("d", "c") + bulks("d") + "*0\r\n",
  );
});

test("scores come as pairs in RESP3 and flat in RESP2", () => {
  assert.equal(filled(3).run("ZRANGE z 0 0 WITHSCORES"), `*1\r\n*2\r\n${bulk("a")},1\r\n`);
  assert.equal(filled(2).run("ZREVRANGE z 0 0 withscores"), bulks("d", "4"));
});

test("ranges of scores have open and closed ends, a limit and a direction", () => {
  const session = filled();
  assert.equal(
    session.run("ZRANGEBYSCORE z (1 3", "ZRANGEBYSCORE z -inf +inf LIMIT 1 2"),
    bulks("b", "c") + bulks("b", "c"),
  );
  assert.equal(
    session.run("ZREVRANGEBYSCORE z 3 (1", "ZRANGE z (4 2 BYSCORE REV LIMIT 0 1"),
    bulks("c", "b") + bulks("c"),
  );
  assert.equal(
    session.run("ZCOUNT z 2 (4", "ZCOUNT none 0 1", "ZRANGE z 0 9 BYSCORE LIMIT -1 5"),
    ":2\r\n:0\r\n*0\r\n",
  );
  assert.match(session.run("ZRANGEBYSCORE z a 3"), /min or max is not a float/);
});

test("ranges of members have open, closed and endless ends", () => {
  const session = filled();
  assert.equal(session.run("ZRANGEBYLEX lex [b (d", "ZREVRANGEBYLEX lex + [c"), bulks("b", "c") + bulks("d", "c"));
  assert.equal(session.run("ZRANGE lex - + BYLEX LIMIT 1 -1", "ZLEXCOUNT lex - (c"), `${bulks("b", "c", "d")}:2\r\n`);
  assert.match(session.run("ZRANGEBYLEX lex a b"), /not valid string range item/);
});

test("ranges are removed", () => {
  const session = filled();
  assert.equal(
    session.run("ZREMRANGEBYRANK z 0 0", "ZREMRANGEBYSCORE z 4 inf", "ZRANGE z 0 -1"),
    `:1\r\n:1\r\n${bulks("b", "c")}`,
  );
  assert.equal(session.run("ZREMRANGEBYLEX lex - +", "EXISTS lex", "ZREMRANGEBYRANK lex 0 1"), ":4\r\n:0\r\n:0\r\n");
});

test("options that make no sense are refused", () => {
  const session = filled();
  assert.match(session.run("ZRANGE z 0 1 LIMIT 0 1"), /LIMIT is only supported/);
  assert.match(session.run("ZRANGE lex - + BYLEX WITHSCORES"), /WITHSCORES not supported/);
  for (const options of ["BYLEX BYSCORE", "BAD", "LIMIT 1"]) {
    assert.equal(session.run(`ZRANGE z 0 1 ${options}`), syntaxError);
  }
  assert.equal(session.run("ZREVRANGE z 0 1 REV", "ZRANGEBYSCORE z 0 1 BYSCORE"), syntaxError + syntaxError);
  session.run("SET s v");
  assert.equal(session.run("ZRANGE s 0 1", "ZCOUNT s 0 1", "ZREMRANGEBYRANK s 0 1"), wrongType.repeat(3));
});
