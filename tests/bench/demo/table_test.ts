import assert from "node:assert/strict";
import { test } from "node:test";
import { flatten, grouped, table } from "../../../bench/demo/table.ts";

test("a table's first column is to the left, the others to the right", () => {
  assert.equal(table([["a", "ops/s"], ["long name", "1"], ["b"]]), "a          ops/s\nlong name      1\nb");
});

test("thousands are kept apart", () => {
  assert.deepEqual([0, 999, 1000, 1_234_567.6].map(grouped), ["0", "999", "1 000", "1 234 568"]);
});

test("numbers within numbers are named by their path", () => {
  assert.deepEqual(flatten({ idle: 1, wait: { p99: 0.12345, of: { x: null } }, name: "a" }), [
    ["idle", "1"],
    ["wait.p99", "0.123"],
    ["wait.of.x", "null"],
    ["name", "a"],
  ]);
});

test("what is not there has no row", () => {
  assert.deepEqual(flatten({ idle: 1, blocking: undefined }), [["idle", "1"]]);
});
