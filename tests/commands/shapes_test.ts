import assert from "node:assert/strict";
import { test } from "node:test";
import { commandSpecs } from "../../lib/commands/commands.ts";
import { at, double, fields, list, map, pairs, set, verbatim } from "../../lib/commands/shapes.ts";
import { ReplyError } from "../../lib/errors.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import { defaultMapping, type Mapping } from "../../lib/resp/mapping.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function shaped(name: string, args: Argument[], reply: unknown, mapping: Mapping = defaultMapping): unknown {
  const spec = commandSpecs.find((spec) => spec.name === name)!;
  return spec.shape!(reply, [spec.verb, ...args], mapping);
}

test("HGETALL becomes a plain object in which any field is data", () => {
  const object = shaped("hgetall", ["k"], ["a", "1", "__proto__", "2", "constructor", "3"]) as Record<string, string>;
  assert.equal(Object.getPrototypeOf(object), Object.prototype);
  assert.deepEqual(Object.entries(object), [["a", "1"], ["__proto__", "2"], ["constructor", "3"]]);
});

test("a map follows the mapping", () => {
  const flat = () => [bytes("a"), bytes("1")];
  const shape = (choice: Mapping["map"]) => map()(flat(), [], { ...defaultMapping, strings: "bytes", map: choice });
  assert.deepEqual(shape("object"), { a: bytes("1") });
  assert.deepEqual(shape("map"), new Map([[bytes("a"), bytes("1")]]));
  assert.deepEqual(shape("pairs"), [[bytes("a"), bytes("1")]]);
});

test("values of a map may have shapes by name, and names of Object.prototype are no shapes", () => {
  const shape = fields({ n: double });
  assert.deepEqual(shape(["n", "1.5", "s", "1.5", "toString", "x"], [], defaultMapping), {
    n: 1.5,
    s: "1.5",
    toString: "x",
  });
});

test("doubles become numbers, or stay text where that was asked for", () => {
  assert.equal(double("1.5", [], defaultMapping), 1.5);
  assert.equal(double("inf", [], defaultMapping), Infinity);
  assert.equal(double("-inf", [], defaultMapping), -Infinity);
  assert.equal(double(bytes("1e-7"), [], defaultMapping), 1e-7);
  assert.equal(double(bytes("1.5"), [], { ...defaultMapping, double: "string" }), "1.5");
  assert.equal(double("not a number", [], defaultMapping), "not a number");
});

test("pairs, places, lists, sets and verbatim strings", () => {
  assert.deepEqual(pairs(double)(["a", "1", "b", "2"], [], defaultMapping), [["a", 1], ["b", 2]]);
  assert.deepEqual(at({ 1: double })(["a", "1", "2"], [], defaultMapping), ["a", 1, "2"]);
  assert.deepEqual(at({ 1: double })([], [], defaultMapping), []);
  assert.deepEqual(list(double)(["1", null], [], defaultMapping), [1, null]);
  assert.deepEqual(set(["a"], [], defaultMapping), ["a"]);
  assert.deepEqual(set(["a"], [], { ...defaultMapping, set: "set" }), new Set(["a"]));
  assert.equal(verbatim("text", [], defaultMapping), "text");
  assert.deepEqual(verbatim("text", [], { ...defaultMapping, verbatim: "tagged" }), { format: "txt", text: "text" });
});

test("a reply of another form comes back unchanged, as do null and errors", () => {
  const mappings: Mapping[] = [defaultMapping, { ...defaultMapping, set: "set", verbatim: "tagged", map: "map" }];
  const odd: unknown[] = [null, 7, 7n, true, new ReplyError("ERR", "no"), { a: 1 }];
  const args: Argument[][] = [["k"], ["k", 1, "WITHSCORES"], ["INCR", "INCR", 1, "WITHSCORES", 2], ["GET", "INFO"]];
  for (const mapping of mappings) {
    for (const { shape, verb } of commandSpecs) {
      if (shape === undefined) continue;
      for (const rest of args) for (const reply of odd) assert.equal(shape(reply, [verb, ...rest], mapping), reply);
    }
  }
});

test("only options decide, not a key or a member of the same name", () => {
  const flat = () => ["a", "1"];
  assert.deepEqual(shaped("zunion", [1, "WITHSCORES"], flat()), ["a", "1"]);
  assert.deepEqual(shaped("zunion", [1, "WITHSCORES", "WITHSCORES"], flat()), [["a", 1]]);
  assert.deepEqual(shaped("zrange", ["WITHSCORES", 0, -1], flat()), ["a", "1"]);
  assert.deepEqual(shaped("zrange", ["k", 0, -1, "WithScores"], flat()), [["a", 1]]);
  assert.deepEqual(shaped("zrange", ["k", 0, -1, bytes("WITHSCORES")], flat()), [["a", 1]]);
  assert.equal(shaped("zadd", ["k", 1, "INCR"], "1"), "1");
  assert.equal(shaped("zadd", ["k", "XX", "CH", "incr", 1, "m"], "1.5"), 1.5);
});
