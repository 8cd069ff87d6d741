import assert from "node:assert/strict";
import { test } from "node:test";
import { fenced } from "../../lib/base/fenced.ts";

test("what is thrown inside stays inside", () => {
  let called = false;
  fenced(() => {
    called = true;
    throw new Error("mine");
  });
  assert.ok(called);
});
