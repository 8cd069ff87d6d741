import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { bulk, bulks, talk, wrongType } from "./talk.ts";

test("a list that holds something is served at once, the first key first", () => {
  const session = talk();
  session.run("RPUSH b 1 2", "RPUSH c 3");
  assert.equal(session.run("BLPOP a b c 0", "BRPOP a c b 0"), bulks("b", "1") + bulks("c", "3"));
});

test("waiters are served in the order they came, one value each", () => {
  const first = talk();
  const second = first.another();
  const third = first.another();
  assert.equal(first.run("BLPOP k 0") + second.run("BRPOP k 0"), "");
  assert.equal(third.run("RPUSH k a b c", "LRANGE k 0 -1"), `:3\r\n${bulks("b")}`);
  assert.equal(first.take() + second.take(), bulks("k", "a") + bulks("k", "c"));
});

test("a wait ends with null when its time is over", () => {
  const clock = new FakeClock();
  const session = talk({ clock, protocol: 2 });
  assert.equal(session.run("BLPOP k 0.5", "PING"), "");
  clock.tick(499);
  assert.equal(session.take(), "");
  clock.tick(1);
  assert.equal(session.take(), "*-1\r\n+PONG\r\n");
  assert.equal(clock.timers, 0);
});

test("a served wait leaves no timer behind", () => {
  const clock = new FakeClock();
  const session = talk({ clock });
  session.run("BLPOP k 5");
  session.another().run("LPUSH k a");
  assert.equal(session.take(), bulks("k", "a"));
  assert.equal(clock.timers, 0);
});

test("a value moves on, through one waiter to the next", () => {
  const first = talk();
  const second = first.another();
  first.run("BLMOVE a b LEFT RIGHT 0");
  second.run("BRPOPLPUSH b c 0");
  const third = first.another();
  assert.equal(third.run("RPUSH a v", "LRANGE c 0 -1", "EXISTS a b"), `:1\r\n${bulks("v")}:0\r\n`);
  assert.equal(first.take() + second.take(), bulk("v") + bulk("v"));
});

test("within a transaction nothing waits", () => {
  const session = talk();
  session.run("MULTI", "BLPOP k 0", "BLMOVE k l LEFT LEFT 0");
  assert.equal(session.run("EXEC"), "*2\r\n_\r\n_\r\n");
});

test("a list that comes and goes within a transaction serves nobody", () => {
  const first = talk();
  const second = first.another();
  first.run("BLPOP k 0");
  second.run("MULTI", "LPUSH k a", "DEL k", "EXEC");
  assert.equal(first.take(), "");
  second.run("MULTI", "LPUSH k a", "DEL k", "SET k string", "EXEC");
  assert.equal(first.take(), "");
  second.run("DEL k", "LPUSH k b");
  assert.equal(first.take(), bulks("k", "b"));
});

test("a target of another type is told to the one who waited", () => {
  const first = talk();
  const second = first.another();
  first.run("BLMOVE a s LEFT LEFT 0");
  assert.equal(second.run("SET s v", "RPUSH a x", "LRANGE a 0 -1"), `+OK\r\n:1\r\n${bulks("x")}`);
  assert.equal(first.take(), wrongType);
});

test("timeouts are checked", () => {
  const session = talk();
  assert.match(session.run("BLPOP k -1"), /timeout is negative/);
  assert.match(session.run("BLPOP k x"), /timeout is not a float/);
  assert.match(session.run("BLMOVE a b LEFT DOWN 0"), /syntax error/);
  session.run("SET s v");
  assert.equal(session.run("BLPOP s 0"), wrongType);
});
