import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, talk, wrongType } from "./talk.ts";

const set = (...members: string[]) => bulks(...members).replace("*", "~");

test("members are added, asked for and removed", () => {
  const session = talk();
  assert.equal(
    session.run("SADD s a b a", "SADD s b c", "SCARD s", "SMEMBERS s"),
    `:2\r\n:1\r\n:3\r\n${set("a", "b", "c")}`,
  );
  assert.equal(
    session.run("SISMEMBER s a", "SISMEMBER s x", "SMISMEMBER s x b", "SMISMEMBER none a"),
    [
      ":1\r\n:0\r\n*2\r\n:0\r\n:1\r\n*1\r\n:0\r\n",
    ].join(""),
  );
  assert.equal(session.run("SREM s a x", "SREM s b c", "EXISTS s", "SREM s a"), ":1\r\n:2\r\n:0\r\n:0\r\n");
});

test("a set is an array in RESP2", () => {
  const session = talk({ protocol: 2 });
  session.run("SADD s a");
  assert.equal(session.run("SMEMBERS s", "SMEMBERS none"), `${bulks("a")}*0\r\n`);
});

test("a member moves to another set", () => {
  const session = talk();
  session.run("SADD s a b");
  assert.equal(session.run("SMOVE s t a", "SMOVE s t x", "SMOVE none t a", "SMOVE s s b"), ":1\r\n:0\r\n:0\r\n:1\r\n");
  assert.equal(session.run("SMEMBERS s", "SMEMBERS t"), set("b") + set("a"));
});

test("members are picked with and without being taken", () => {
  const session = talk();
  session.run("SADD s a");
  assert.equal(
    session.run("SRANDMEMBER s", "SRANDMEMBER s 3", "SRANDMEMBER s -2"),
    bulk("a") + bulks("a") + bulks("a", "a"),
  );
  assert.equal(
    session.run("SPOP s", "SPOP s", "SPOP s 2", "SRANDMEMBER s", "EXISTS s"),
    `${bulk("a")}_\r\n~0\r\n_\r\n:0\r\n`,
  );
  session.run("SADD s a b c");
  assert.match(session.run("SPOP s 2"), /^~2\r\n/);
  assert.equal(session.run("SCARD s"), ":1\r\n");
  assert.match(session.run("SPOP s -1"), /must be positive/);
  assert.match(session.run("SPOP s 1 2"), /syntax error/);
});

test("sets are combined", () => {
  const session = talk();
  session.run("SADD a 1 2 3", "SADD b 2 3 4", "SADD c 3 5");
  assert.equal(session.run("SINTER a b c", "SDIFF a b", "SUNION b c"), set("3") + set("1") + set("2", "3", "4", "5"));
  assert.equal(session.run("SINTER a none", "SDIFF none a"), "~0\r\n~0\r\n");
  assert.equal(
    session.run("SINTERSTORE d a b", "SMEMBERS d", "SUNIONSTORE d c", "SDIFFSTORE d a a", "EXISTS d"),
    [
      `:2\r\n${set("2", "3")}:2\r\n:0\r\n:0\r\n`,
    ].join(""),
  );
});

test("another type is refused", () => {
  const session = talk();
  session.run("SET s v", "SADD t a");
  for (const command of ["SADD s a", "SMEMBERS s", "SINTER t s", "SMOVE t s a", "SPOP s", "SUNIONSTORE d s"]) {
    assert.equal(session.run(command), wrongType, command);
  }
});
