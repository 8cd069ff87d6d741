import { test } from "node:test";
import assert from "node:assert/strict";
import { indexRange } from "../../../lib/testing/memory/index_range.ts";

test("both ends are part of the range and may count from the end", () => {
  assert.deepEqual(indexRange(0, -1, 5), [0, 5]);
  assert.deepEqual(indexRange(1, 2, 5), [1, 3]);
  assert.deepEqual(indexRange(-2, -1, 5), [3, 5]);
  assert.deepEqual(indexRange(-100, 100, 5), [0, 5]);
});

test("a range that is empty begins where it ends", () => {
  for (const [start, stop, length] of [[3, 1, 5], [7, 9, 5], [0, -6, 5], [0, -1, 0]] as const) {
    const [from, to] = indexRange(start, stop, length);
    assert.equal(from, to);
    assert.ok(from >= 0 && from <= length);
  }
});
