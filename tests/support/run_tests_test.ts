import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestCase } from "./junit.ts";
import { withRunner } from "./run_tests.ts";

const passed: TestCase = { name: "works", file: "", result: "passed", reason: "" };
const failed: TestCase = { name: "breaks", file: "", result: "failed", reason: "" };

test("a runner that ended well or for a failed test adds nothing", () => {
  assert.deepEqual(withRunner([passed], 0), [passed]);
  assert.deepEqual(withRunner([passed, failed], 1), [passed, failed]);
});

test("a runner that failed although no test did is a failure", () => {
  const results = withRunner([passed], "SIGKILL").map(({ result }) => result);
  assert.deepEqual(results, ["passed", "failed"]);
});

test("a runner that ran nothing is a failure", () => {
  assert.deepEqual(withRunner([], 0).map(({ result }) => result), ["failed"]);
});
