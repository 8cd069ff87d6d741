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

test("what it rejects with stays inside, and is no unhandled rejection", async () => {
  let called = false;
  fenced(async () => {
    called = true;
    await Promise.resolve();
    throw new Error("mine");
  });
  assert.ok(called);
  // An unhandled rejection would end the test run.
  await new Promise((resolve) => setTimeout(resolve, 5));
});
