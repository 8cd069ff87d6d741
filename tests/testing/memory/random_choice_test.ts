import { test } from "node:test";
import assert from "node:assert/strict";
import { pick, pickDistinct } from "../../../lib/testing/memory/random_choice.ts";

const values = ["a", "b", "c", "d"];

test("distinct picks never repeat and end with what there is", () => {
  for (let round = 0; round < 50; round++) assert.equal(new Set(pickDistinct(values, 3)).size, 3);
  assert.deepEqual(pickDistinct(values, 10).sort(), values);
  assert.deepEqual(pickDistinct([], 2), []);
  assert.deepEqual(values, ["a", "b", "c", "d"]);
});

test("every value gets its turn", () => {
  const seen = new Set<string>();
  for (let round = 0; round < 1000; round++) seen.add(pickDistinct(values, 1)[0]!);
  assert.equal(seen.size, 4);
});

test("a negative count may repeat and is always met", () => {
  const picked = pick(values, -100);
  assert.equal(picked.length, 100);
  assert.ok(picked.every((value) => values.includes(value)));
  assert.deepEqual(pick([], -5), []);
  assert.equal(pick(values, 2).length, 2);
});
