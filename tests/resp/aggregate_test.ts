import assert from "node:assert/strict";
import { test } from "node:test";
import { Aggregate, arrayType, mapType, setType } from "../../lib/resp/aggregate.ts";
import { defaultMapping, type ReplyOptions, toMapping } from "../../lib/resp/mapping.ts";
import { Scalars } from "../../lib/resp/scalars.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { toBytes } from "./support.ts";

function open(type: number, count: number, replies: ReplyOptions = {}, isStreamed = false, reserve = 0): Aggregate {
  const aggregate = new Aggregate();
  aggregate.open(type, count, isStreamed, toMapping(replies), reserve);
  return aggregate;
}

test("29: an aggregate is complete with its last value", () => {
  const array = open(arrayType, 2);
  assert.deepStrictEqual([array.add(1), array.add("a"), array.value], [false, true, [1, "a"]]);
  const map = open(mapType, 4);
  assert.deepStrictEqual([map.add("a"), map.add(1), map.add("b"), map.add(2)], [false, false, false, true]);
  assert.deepStrictEqual(map.value, { a: 1, b: 2 });
});

test("7: opened again, it begins with a value of its own", () => {
  const aggregate = open(arrayType, 1);
  aggregate.add(1);
  const first = aggregate.value;
  aggregate.open(arrayType, 1, false, defaultMapping, 0);
  aggregate.add(2);
  assert.deepStrictEqual([first, aggregate.value], [[1], [2]]);
  aggregate.open(setType, 1, false, toMapping({ set: "set" }), 0);
  assert.deepStrictEqual(aggregate.value, new Set());
  aggregate.open(mapType, 2, false, toMapping({ map: "map" }), 0);
  assert.deepStrictEqual(aggregate.value, new Map());
});

test("17: an object says when a key is due, maps and pairs never do", () => {
  const object = open(mapType, 4);
  const due = [object.keyIsDue];
  for (const value of ["a", 1, "b"]) {
    object.add(value);
    due.push(object.keyIsDue);
  }
  assert.deepStrictEqual(due, [true, false, true, false]);
  for (const map of ["map", "pairs"] as const) assert.equal(open(mapType, 2, { map }).keyIsDue, false);
});

test("52: a bad key is remembered until the aggregate is opened again", () => {
  const object = open(mapType, 4);
  for (const value of [null, 1, "b", 2]) object.add(value);
  assert.equal(object.badKey, true);
  object.open(mapType, 2, false, defaultMapping, 0);
  assert.equal(object.badKey, false);
});

test("47: only a streamed aggregate may end with a mark, and a map only between pairs", () => {
  assert.equal(open(arrayType, 2).mayEnd, false);
  assert.equal(open(arrayType, 10, {}, true).mayEnd, true);
  const map = open(mapType, 10, {}, true);
  map.add("a");
  assert.equal(map.mayEnd, false);
  map.add(1);
  assert.equal(map.mayEnd, true);
});

test("29: short strings are taken at once, up to the first value that is none", () => {
  const input = new Scalars(0, decodeText);
  input.feed(toBytes("$1\r\na\r\n$2\r\nbc\r\n:1\r\n$1\r\nd\r\n$1\r\n"));
  const array = open(arrayType, 4);
  assert.deepStrictEqual([array.takeTexts(input), array.value, input.position], [false, ["a", "bc"], 15]);
  array.add(input.integer("auto"));
  assert.deepStrictEqual([array.takeTexts(input), array.value], [true, ["a", "bc", 1, "d"]]);
  const map = open(mapType, 2);
  assert.deepStrictEqual([map.takeTexts(input), map.value], [false, {}]);
  input.feed(toBytes("k\r\n$1\r\nv\r\n$1\r\nw\r\n"));
  assert.deepStrictEqual([map.takeTexts(input), map.value], [true, { k: "v" }]);
  assert.equal(input.end - input.position, 7);
});

test("34: a long array is the same whether there was room for all of it, for some or for none", () => {
  const count = 5000;
  for (const reserve of [0, 999, 1001, 4999, 5000, 100_000]) {
    const array = open(arrayType, count, {}, false, reserve);
    for (let i = 0; i < count; i++) assert.equal(array.add(i), i === count - 1);
    const value = array.value as number[];
    assert.equal(value.length, count);
    assert.ok(value.every((item, i) => item === i));
  }
});
