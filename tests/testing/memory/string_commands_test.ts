import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { bulk, bulks, ok, syntaxError, talk, wrongType } from "./talk.ts";

test("a value comes back as it was set", () => {
  const session = talk();
  assert.equal(session.run("SET k v", "GET k", "STRLEN k", "GET none"), `${ok}${bulk("v")}:1\r\n_\r\n`);
  assert.equal(session.run("GETSET k w", "GETDEL k", "GETDEL k"), `${bulk("v")}${bulk("w")}_\r\n`);
  assert.equal(session.run("SETNX k 1", "SETNX k 2", "GET k"), `:1\r\n:0\r\n${bulk("1")}`);
});

test("SET keeps its conditions and may return the old value", () => {
  const session = talk();
  assert.equal(session.run("SET k 1 XX", "SET k 1 NX", "SET k 2 NX", "SET k 2 XX GET"), `_\r\n${ok}_\r\n${bulk("1")}`);
  assert.equal(session.run("SET k 3 NX GET", "GET k"), `${bulk("2")}${bulk("2")}`);
  for (const options of ["NX XX", "EX", "EX 1 PX 1", "KEEPTTL EX 1", "EX 1 KEEPTTL", "BAD"]) {
    assert.equal(session.run(`SET k v ${options}`), syntaxError, options);
  }
});

test("SET and its kin set, keep and end expiries", () => {
  const clock = new FakeClock();
  const session = talk({ clock });
  assert.equal(
    session.run("SET k v PX 100", "SET k w KEEPTTL", "PTTL k", "SET k x", "PTTL k"),
    `${ok}${ok}:100\r\n${ok}:-1\r\n`,
  );
  session.run("SETEX s 1 v", "PSETEX p 500 v", "SET k v EX 1");
  clock.tick(500);
  assert.equal(
    session.run("PTTL s", "GET p", "GETEX k PX 2000", "PTTL k", "GETEX k PERSIST", "PTTL k"),
    [
      `:500\r\n_\r\n${bulk("v")}:2000\r\n${bulk("v")}:-1\r\n`,
    ].join(""),
  );
  clock.tick(500);
  assert.equal(session.run("GET s", "EXISTS s p k"), "_\r\n:1\r\n");
  assert.equal(session.run("SETEX k 0 v"), "-ERR invalid expire time in 'setex' command\r\n");
});

test("many keys are read and written at once", () => {
  const session = talk();
  assert.equal(session.run("MSET a 1 b 2", "MGET a none b"), `${ok}*3\r\n${bulk("1")}_\r\n${bulk("2")}`);
  assert.equal(
    session.run("MSETNX c 3 a 9", "MGET c", "MSETNX c 3", "LPUSH l x", "MGET l c"),
    [
      ":0\r\n*1\r\n_\r\n:1\r\n:1\r\n",
      `*2\r\n_\r\n${bulk("3")}`,
    ].join(""),
  );
  assert.match(session.run("MSET a"), /wrong number/);
  assert.match(session.run("MSET a 1 b"), /wrong number of arguments for 'mset'/);
});

test("parts are read and written by position", () => {
  const session = talk();
  assert.equal(session.run("APPEND k Hello", "APPEND k World", "GETRANGE k 0 4"), `:5\r\n:10\r\n${bulk("Hello")}`);
  assert.equal(
    session.run("GETRANGE k -5 -1", "GETRANGE k 5 1", "GETRANGE k -100 -20"),
    [
      bulk("World"),
      bulk(""),
      bulk("H"),
    ].join(""),
  );
  assert.equal(
    session.run("SETRANGE k 5 _World", "GET k", "SETRANGE new 2 x", "GET new"),
    [
      `:11\r\n${bulk("Hello_World")}:3\r\n${bulk("\0\0x")}`,
    ].join(""),
  );
  assert.match(session.run("SETRANGE k -1 x"), /offset is out of range/);
  assert.match(session.run("SETRANGE k 600000000 x"), /maximum allowed size/);
});

test("another type is refused", () => {
  const session = talk();
  session.run("LPUSH l a");
  for (
    const command of ["GET l", "STRLEN l", "APPEND l x", "GETSET l x", "GETDEL l", "SET l x GET", "GETRANGE l 0 1"]
  ) {
    assert.equal(session.run(command), wrongType, command);
  }
  assert.equal(session.run("LRANGE l 0 -1"), bulks("a"));
  assert.equal(session.run("SET l now-a-string", "GET l"), `${ok}${bulk("now-a-string")}`);
});
