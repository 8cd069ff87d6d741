import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingSpecs } from "../../lib/commands/blocking.ts";
import { commandSpecs } from "../../lib/commands/commands.ts";
import { commandCategory, commandFlags, firstKey } from "../../lib/commands/lookup.ts";
import { sessionSpecs } from "../../lib/commands/session.ts";
import type { Argument } from "../../lib/resp/encoder.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isStateful(...args: Argument[]): boolean {
  return commandFlags(args).stateful;
}

function isBlocking(...args: Argument[]): boolean {
  return commandFlags(args).blocking;
}

test("S21: commands that change or end their connection are known, however they are written", () => {
  for (
    const command of [
      ["CLIENT", "REPLY", "OFF"],
      ["CLIENT", "REPLY", "SKIP"],
      ["client", "reply", "off"],
      ["Client", bytes("Reply"), "OFF"],
      [bytes("client"), "TRACKING", "ON"],
      ["CLIENT", "SETNAME", "n"],
      ["CLIENT", "SOMETHING-NEW"],
      ["CLIENT"],
      ["MONITOR"],
      ["SUBSCRIBE", "c"],
      ["subscribe", "c"],
      [bytes("Subscribe"), "c"],
      ["PSUBSCRIBE", "c"],
      ["SSUBSCRIBE", "c"],
      ["UNSUBSCRIBE"],
      ["SHUTDOWN"],
      ["QUIT"],
      ["RESET"],
      ["MULTI"],
      ["EXEC"],
      ["DISCARD"],
      ["WATCH", "k"],
      ["UNWATCH"],
      ["SELECT", 1],
      ["AUTH", "p"],
      ["HELLO", 3],
      ["WAIT", 1, 0],
      ["WAITAOF", 1, 0, 0],
      ["ASKING"],
      ["READONLY"],
      ["READWRITE"],
      ["SYNC"],
      ["PSYNC", "?", -1],
      ["REPLCONF"],
      ["SCRIPT", "DEBUG", "YES"],
      ["POST"],
      ["Host:"],
    ]
  ) assert.equal(commandFlags(command).stateful, true, command.join(" "));
});

test("what leaves its connection as it was is not stateful", () => {
  assert.equal(isStateful("GET", "k"), false);
  assert.equal(isStateful("CLIENT", "ID"), false);
  assert.equal(isStateful("client", "list"), false);
  assert.equal(isStateful("CLIENT", "KILL", "ID", 1), false);
  assert.equal(isStateful("SCRIPT", "LOAD", "return 1"), false);
  assert.equal(isStateful("CONFIG", "SET", "a", "b"), false);
  assert.equal(isStateful("PUBLISH", "c", "m"), false);
  assert.equal(isStateful("MODULE.COMMAND", "k"), false);
  assert.equal(isStateful("constructor"), false);
  assert.equal(isStateful("__proto__", "REPLY"), false);
  assert.equal(isStateful("REPLY"), false);
  assert.equal(isStateful(), false);
});

test("what waits is told by its verb, or by BLOCK", () => {
  assert.equal(isBlocking("BLPOP", "k", 0), true);
  assert.equal(isBlocking("bzmpop", 0, 1, "k", "MIN"), true);
  assert.equal(isBlocking("WAIT", 1, 0), true);
  assert.equal(isBlocking("XREAD", "BLOCK", 0, "STREAMS", "s", "$"), true);
  assert.equal(isBlocking("XREADGROUP", "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "s", ">"), true);
  assert.equal(isBlocking("XREAD", "STREAMS", "s", "$"), false);
  assert.equal(isBlocking("XREAD", "STREAMS", "BLOCK", "$"), false);
  assert.equal(isBlocking("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"), false);
  assert.equal(isBlocking("LPOP", "k"), false);
});

/** The retry table, row by row. */
const categories: Record<string, string[]> = {
  connection: ["PING", "ECHO m", "HELLO 3", "CLIENT SETNAME n", "client id"],
  read: [
    ...["GET k", "get k", "MGET a b", "HGETALL k", "EXISTS k", "TTL k", "ZRANGE k 0 -1", "SCAN 0", "XRANGE s - +"],
    ...["EVAL_RO s 0", "EVALSHA_RO s 0", "FCALL_RO f 0", "XREAD STREAMS s 0", "GETEX k", "SORT k", "INFO", "DBSIZE"],
    ...["BITFIELD k GET u8 0", "CONFIG GET a", "COMMAND", "COMMAND DOCS", "OBJECT ENCODING k", "XINFO STREAM s"],
  ],
  writeChecked: [
    ...["SET k v NX", "SET k v IFEQ o", "SETNX k v", "XADD s 5-1 f v", "HSETNX k f v", "ZADD k NX 1 m", "RENAME a b"],
  ],
  lastWins: ["SET k v", "HSET k f v", "DEL k", "EXPIREAT k 9", "SADD k m", "ZADD k 1 m", "PFADD k e", "SORT k STORE d"],
  accumulating: [
    ...["INCR n", "LPUSH l e", "APPEND k v", "PUBLISH c m", "XADD s * f v", "HINCRBY k f 1", "SPOP s", "LPOP l"],
    ...["GETDEL k", "GETEX k EX 9", "XREADGROUP GROUP g c STREAMS s >", "EXPIRE k 9", "SET k v GET", "LTRIM l 1 -1"],
  ],
  admin: [
    ...["CONFIG SET a b", "FLUSHALL", "EVAL s 0", "EVALSHA s 0", "FCALL f 0", "JSON.SET k $ 1", "MULTI", "EXEC"],
    ...["WATCH k", "SCRIPT LOAD s", "CLIENT KILL ID 1", "CONFIG", "CONFIG NEW", "nonsense"],
  ],
  blocking: [
    "BLPOP k 0",
    "blmove a b LEFT LEFT 0",
    "XREAD BLOCK 0 STREAMS s 0",
    "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
  ],
};

test("every command has the category that the retry rule names", () => {
  for (const [category, commands] of Object.entries(categories)) {
    for (const command of commands) assert.equal(commandCategory(command.split(" ")), category, command);
  }
  assert.equal(commandCategory([]), "admin");
});

test("the first key is found", () => {
  const cases: [string, string | undefined][] = [
    ["GET k", "k"],
    ["get k", "k"],
    ["PING", undefined],
    ["BITOP AND k a", "k"],
    ["OBJECT ENCODING k", "k"],
    ["XGROUP CREATE k g 0", "k"],
    ["LMPOP 1 k LEFT", "k"],
    ["BLMPOP 0 1 k LEFT", "k"],
    ["EVAL s 1 k", "k"],
    ["EVAL s 0 arg", undefined],
    ["ZUNION 2 k b", "k"],
    ["XREAD COUNT 1 STREAMS k 0", "k"],
    ["XREAD BLOCK 1 STREAMS k 0", "k"],
    ["XREADGROUP GROUP g c STREAMS k >", "k"],
    ["XREAD COUNT 1", undefined],
    ["SUBSCRIBE c", undefined],
    ["SPUBLISH k m", "k"],
    ["MODULE.COMMAND k", undefined],
    ["GET", undefined],
  ];
  for (const [command, key] of cases) assert.equal(firstKey(command.split(" ")), key, command);
});

test("typed commands are on the surface that suits them", () => {
  for (const { verb, checked } of commandSpecs) {
    const { stateful, blocking } = commandFlags([verb]);
    assert.deepEqual({ stateful, blocking }, { stateful: checked, blocking: false }, verb);
  }
  for (const { verb } of blockingSpecs) {
    const { stateful, blocking } = commandFlags([verb]);
    assert.deepEqual({ stateful, blocking }, { stateful: false, blocking: true }, verb);
  }
  for (const { verb } of sessionSpecs) assert.equal(isStateful(verb), true, verb);
});

test("a lookup allocates nothing and shares what it returns", () => {
  assert.equal(commandFlags(["GET", "a"]), commandFlags(["GET", "b"]));
});
