import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingSpecs } from "../../lib/commands/blocking.ts";
import { commandSpecs } from "../../lib/commands/commands.ts";
import { defineCommands } from "../../lib/commands/define.ts";
import { sessionSpecs } from "../../lib/commands/session.ts";
import { type Argument, encodeCommand } from "../../lib/resp/encoder.ts";

/** Every typed command returns the array it would send. */
class Echo {}

const specs = [...commandSpecs, ...blockingSpecs, ...sessionSpecs];
defineCommands<Echo, Argument[]>(Echo.prototype, specs, () => (args) => args);

function call(name: string, ...args: unknown[]): unknown[] {
  const method = (new Echo() as Record<string, unknown>)[name] as (...args: unknown[]) => unknown[];
  return method.apply(new Echo(), args);
}

test("a call becomes its verb and its arguments", () => {
  assert.deepEqual(call("ping"), ["PING"]);
  assert.deepEqual(call("get", "k"), ["GET", "k"]);
  assert.deepEqual(call("set", "k", "v"), ["SET", "k", "v"]);
  assert.deepEqual(call("lrange", "k", 0, -1), ["LRANGE", "k", 0, -1]);
  assert.deepEqual(call("lmove", "a", "b", "LEFT", "RIGHT"), ["LMOVE", "a", "b", "LEFT", "RIGHT"]);
  assert.deepEqual(call("client", "ID"), ["CLIENT", "ID"]);
});

test("options follow the usual arguments", () => {
  assert.deepEqual(call("ping", "hello"), ["PING", "hello"]);
  assert.deepEqual(call("lpop", "k", 2), ["LPOP", "k", 2]);
  assert.deepEqual(call("set", "k", "v", "EX", 10, "NX"), ["SET", "k", "v", "EX", 10, "NX"]);
  assert.deepEqual(call("zrange", "k", 0, -1, "REV"), ["ZRANGE", "k", 0, -1, "REV"]);
  assert.deepEqual(call("blmove", "a", "b", "LEFT", "RIGHT", 1), ["BLMOVE", "a", "b", "LEFT", "RIGHT", 1]);
});

test("a repeated argument is given in turn or as one array", () => {
  assert.deepEqual(call("del", "a"), ["DEL", "a"]);
  assert.deepEqual(call("del", "a", "b", "c", "d", "e"), ["DEL", "a", "b", "c", "d", "e"]);
  assert.deepEqual(call("del", ["a", "b"]), ["DEL", "a", "b"]);
  assert.deepEqual(call("mset", ["a", 1, "b", 2]), ["MSET", "a", 1, "b", 2]);
  assert.deepEqual(call("hset", "k", "f", "v"), ["HSET", "k", "f", "v"]);
  assert.deepEqual(call("hset", "k", ["f", "v", "g", "w"]), ["HSET", "k", "f", "v", "g", "w"]);
  assert.deepEqual(call("blpop", "a", "b", 5), ["BLPOP", "a", "b", 5]);
  assert.deepEqual(call("blpop", ["a", "b"], 5), ["BLPOP", "a", "b", 5]);
  assert.deepEqual(call("eval", "s", 1, ["k", "a"]), ["EVAL", "s", 1, "k", "a"]);
  assert.deepEqual(call("eval", "s", 0), ["EVAL", "s", 0]);
  assert.deepEqual(call("zunion", 2, ["a", "b"], "WITHSCORES"), ["ZUNION", 2, "a", "b", "WITHSCORES"]);
  assert.deepEqual(call("bzmpop", 1, 2, ["a", "b"], "MIN"), ["BZMPOP", 1, 2, "a", "b", "MIN"]);
});

test("a long array needs no stack", () => {
  const keys = Array.from({ length: 300_000 }, (_, i) => i);
  assert.equal(call("del", keys).length, 300_001);
});

test("the caller's array stays the caller's", () => {
  const keys = ["a", "b"];
  const args = call("del", keys);
  keys[0] = "changed";
  assert.deepEqual(args, ["DEL", "a", "b"]);
});

/** The argument index that the encoder points at. */
function refusedAt(args: unknown[]): number | undefined {
  try {
    encodeCommand(args as Argument[]);
  } catch (error) {
    const { code, argument } = error as { code: string; argument: number };
    assert.equal(code, "INVALID_ARG");
    return argument;
  }
  return undefined;
}

test("an array where nothing is repeated is refused, so that input cannot become options", () => {
  assert.equal(refusedAt(call("get", ["k"])), 1);
  assert.equal(refusedAt(call("set", "k", ["v", "EX", "1"])), 2);
  assert.equal(refusedAt(call("set", "k", "v", ["EX", 1])), 3);
  assert.equal(refusedAt(call("hset", "k", "f", ["v", "g", "w"])), 3);
  assert.equal(refusedAt(call("hset", "k", ["f", "v", "g"], "w")), 2);
  assert.equal(refusedAt(call("zadd", "k", 1, ["m", 2, "n"])), 3);
  assert.equal(refusedAt(call("blpop", "a", ["b", 1])), 2);
  assert.equal(refusedAt(call("blpop", ["a", 1])), 1);
  assert.equal(refusedAt(call("del", "a", ["b"])), 2);
  assert.equal(refusedAt(call("del", [["a"]])), 1);
});

test("other iterables are refused", () => {
  assert.equal(refusedAt(call("del", new Set(["a"]))), 1);
  assert.equal(refusedAt(call("hset", "k", new Map([["f", "v"]]))), 2);
  assert.equal(refusedAt(call("mget", new Float64Array(2))), 1);
});

test("a missing or undefined argument is refused with its index", () => {
  assert.equal(refusedAt(call("get")), 1);
  assert.equal(refusedAt(call("set", "k")), 2);
  assert.equal(refusedAt(call("getrange", "k", 0)), 3);
  assert.equal(refusedAt(call("lmove", "a", "b", "LEFT")), 4);
  assert.equal(refusedAt(call("del")), 1);
  assert.equal(refusedAt(call("get", undefined)), 1);
  assert.equal(refusedAt(call("set", "k", "v", undefined)), 3);
  assert.equal(refusedAt(call("mget", ["a", undefined])), 2);
});

test("methods do not show up when an object is listed", () => {
  assert.deepEqual(Object.keys(Echo.prototype), []);
});

test("every name is there once, lower case, with its verb", () => {
  const names = specs.map((spec) => spec.name);
  assert.equal(new Set(names).size, names.length);
  for (const spec of specs) assert.equal(spec.verb, spec.name.toUpperCase());
});

test("bind sees each command once", () => {
  const seen: string[] = [];
  defineCommands<Echo, Argument[]>({}, specs, (spec) => {
    seen.push(spec.name);
    return (args) => args;
  });
  assert.deepEqual(seen, specs.map((spec) => spec.name));
});
