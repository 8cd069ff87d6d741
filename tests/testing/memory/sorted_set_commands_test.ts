import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, syntaxError, talk, wrongType } from "./talk.ts";

test("members are added and moved under conditions", () => {
  const session = talk();
  assert.equal(session.run("ZADD z 1 a 2 b", "ZADD z 5 a 3 c", "ZADD z CH 6 a 4 d"), ":2\r\n:1\r\n:2\r\n");
  assert.equal(session.run("ZADD z NX 9 a", "ZADD z XX 9 x", "ZSCORE z a", "ZSCORE z x"), ":0\r\n:0\r\n,6\r\n_\r\n");
  assert.equal(session.run("ZADD z GT CH 5 a", "ZADD z GT CH 7 a", "ZADD z LT CH 1 a"), ":0\r\n:1\r\n:1\r\n");
  assert.equal(session.run("ZADD z INCR 2.5 a", "ZADD z NX INCR 1 a", "ZINCRBY z -1 new"), ",3.5\r\n_\r\n,-1\r\n");
});

test("options that contradict each other are refused", () => {
  const session = talk();
  assert.match(session.run("ZADD z NX XX 1 a"), /XX and NX/);
  assert.match(session.run("ZADD z GT LT 1 a"), /GT, LT, and\/or NX/);
  assert.match(session.run("ZADD z INCR 1 a 2 b"), /single increment-element pair/);
  assert.equal(session.run("ZADD z 1 a 2", "ZADD z NX CH"), syntaxError + syntaxError);
  assert.match(session.run("ZADD z 1 a x b"), /not a valid float/);
  assert.equal(session.run("EXISTS z"), ":0\r\n");
  assert.match(session.run("ZADD z inf a", "ZINCRBY z -inf a"), /resulting score is not a number/);
});

test("scores and ranks are asked for", () => {
  const session = talk();
  session.run("ZADD z 1 a 2 b 3 c");
  assert.equal(
    session.run("ZMSCORE z a x c", "ZCARD z", "ZRANK z c", "ZREVRANK z c", "ZRANK z x", "ZREVRANK none x"),
    [
      "*3\r\n,1\r\n_\r\n,3\r\n:3\r\n:2\r\n:0\r\n_\r\n_\r\n",
    ].join(""),
  );
});

test("members are removed by name and from the ends", () => {
  const session = talk();
  session.run("ZADD z 1 a 2 b 3 c 4 d");
  assert.equal(
    session.run("ZREM z a x", "ZPOPMIN z", "ZPOPMAX z 5", "EXISTS z"),
    [
      `:1\r\n*2\r\n${bulk("b")},2\r\n`,
      `*2\r\n*2\r\n${bulk("d")},4\r\n*2\r\n${bulk("c")},3\r\n:0\r\n`,
    ].join(""),
  );
  assert.equal(session.run("ZPOPMIN z", "ZREM z a", "ZPOPMIN z 1 2"), `*0\r\n:0\r\n${syntaxError}`);
  assert.match(session.run("ZPOPMIN z -1"), /must be positive/);
});

test("scores are strings in RESP2", () => {
  const session = talk({ protocol: 2 });
  assert.equal(session.run("ZADD z 1.5 a", "ZSCORE z a", "ZPOPMIN z 1"), `:1\r\n${bulk("1.5")}${bulks("a", "1.5")}`);
});

test("another type is refused", () => {
  const session = talk();
  session.run("SET s v");
  for (const command of ["ZADD s 1 a", "ZSCORE s a", "ZREM s a", "ZCARD s", "ZPOPMIN s", "ZINCRBY s 1 a"]) {
    assert.equal(session.run(command), wrongType, command);
  }
});
