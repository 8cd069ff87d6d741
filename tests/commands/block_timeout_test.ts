import assert from "node:assert/strict";
import { test } from "node:test";
import { blockAt, blockTimeoutMs } from "../../lib/commands/block_timeout.ts";
import { commandsByCategory } from "../../lib/commands/flags.ts";

test("the timeout of every blocking command is found, in milliseconds", () => {
  assert.equal(blockTimeoutMs(["BLPOP", "a", "b", 5]), 5000);
  assert.equal(blockTimeoutMs(["brpop", "a", "0.25"]), 250);
  assert.equal(blockTimeoutMs(["BLMOVE", "a", "b", "LEFT", "RIGHT", 2n]), 2000);
  assert.equal(blockTimeoutMs(["BRPOPLPUSH", "a", "b", 1]), 1000);
  assert.equal(blockTimeoutMs(["BZPOPMIN", "a", 1]), 1000);
  assert.equal(blockTimeoutMs(["BZPOPMAX", "a", new TextEncoder().encode("1")]), 1000);
  assert.equal(blockTimeoutMs(["BLMPOP", 3, 1, "a", "LEFT"]), 3000);
  assert.equal(blockTimeoutMs(["BZMPOP", 3, 1, "a", "MIN"]), 3000);
  assert.equal(blockTimeoutMs(["XREAD", "COUNT", 1, "BLOCK", 250, "STREAMS", "s", "$"]), 250);
  assert.equal(blockTimeoutMs(["XREADGROUP", "GROUP", "g", "c", "block", 250, "STREAMS", "s", ">"]), 250);
  assert.equal(blockTimeoutMs(["WAIT", 1, 250]), 250);
  assert.equal(blockTimeoutMs(["WAITAOF", 1, 1, 250]), 250);
});

test("no blocking command is forgotten", () => {
  const args: Record<string, (string | number)[]> = { BLMPOP: [7, 1, "k", "LEFT"], BZMPOP: [7, 1, "k", "MIN"] };
  for (const command of commandsByCategory.blocking.toUpperCase().split(" ")) {
    const verb = command.split("@")[0]!;
    const timeout = blockTimeoutMs([verb, ...args[verb] ?? (verb === "WAIT" ? [1, 7000] : [1, 1, 7])]);
    assert.ok(timeout === 7000 || verb === "WAITAOF" && timeout === 7, verb);
  }
});

test("zero has no limit", () => {
  assert.equal(blockTimeoutMs(["BLPOP", "a", 0]), 0);
  assert.equal(blockTimeoutMs(["XREAD", "BLOCK", 0, "STREAMS", "s", "$"]), 0);
});

test("a command that does not wait has no timeout, nor has one that the server will refuse", () => {
  assert.equal(blockTimeoutMs(["GET", "k"]), undefined);
  assert.equal(blockTimeoutMs(["XREAD", "STREAMS", "BLOCK", "0"]), undefined);
  assert.equal(blockTimeoutMs(["BLPOP", "k", "soon"]), undefined);
  assert.equal(blockTimeoutMs(["BLPOP", "k", ""]), undefined);
  assert.equal(blockTimeoutMs(["BLPOP", "k", -1]), undefined);
  assert.equal(blockTimeoutMs(["BLPOP"]), undefined);
  assert.equal(blockTimeoutMs(["WAIT", 1]), undefined);
  assert.equal(blockTimeoutMs(["BLPOP", "k", "inf"]), undefined);
  assert.equal(blockTimeoutMs([]), undefined);
  assert.equal(blockTimeoutMs(["constructor", 1]), undefined);
});

test("a stream, a group or a consumer may be called BLOCK", () => {
  assert.equal(blockAt(["XREAD", "STREAMS", "BLOCK", "1"]), 0);
  assert.equal(blockAt(["XREADGROUP", "GROUP", "BLOCK", "BLOCK", "STREAMS", "s", ">"]), 0);
  assert.equal(blockAt(["XREADGROUP", "GROUP", "STREAMS", "c", "BLOCK", 1, "STREAMS", "s", ">"]), 5);
});
