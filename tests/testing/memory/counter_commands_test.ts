import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, talk, wrongType } from "./talk.ts";

test("counting begins at zero and goes both ways", () => {
  const session = talk();
  assert.equal(session.run("INCR n", "INCRBY n 5", "DECR n", "DECRBY n 10"), ":1\r\n:6\r\n:5\r\n:-5\r\n");
  assert.equal(session.run("GET n"), bulk("-5"));
});

test("64 bits are exact and their end is an error", () => {
  const session = talk();
  assert.equal(session.run("SET n 9223372036854775806", "INCR n"), "+OK\r\n:9223372036854775807\r\n");
  assert.match(session.run("INCR n"), /would overflow/);
  assert.match(session.run("DECRBY n -9223372036854775808"), /decrement would overflow/);
  assert.equal(session.run("GET n"), bulk("9223372036854775807"));
});

test("fractions are added as decimals", () => {
  const session = talk();
  assert.equal(session.run("INCRBYFLOAT f 0.1", "INCRBYFLOAT f 0.2"), bulk("0.1") + bulk("0.3"));
  assert.equal(session.run("INCRBYFLOAT f 5.0e3"), bulk("5000.3"));
  assert.match(session.run("INCRBYFLOAT f inf"), /NaN or Infinity/);
});

test("what is no number does not count", () => {
  const session = talk();
  session.run("SET s text", "LPUSH l a");
  assert.match(session.run("INCR s"), /not an integer/);
  assert.match(session.run("INCRBY n 1.5"), /not an integer/);
  assert.match(session.run("INCRBYFLOAT s 1"), /not a valid float/);
  assert.match(session.run("INCRBYFLOAT f x"), /not a valid float/);
  assert.equal(session.run("INCR l", "INCRBYFLOAT l 1"), wrongType + wrongType);
});

test("counting keeps the expiry", () => {
  const session = talk();
  assert.equal(session.run("SET n 1 EXAT 99999999999", "INCR n", "EXPIRETIME n"), "+OK\r\n:2\r\n:99999999999\r\n");
});
