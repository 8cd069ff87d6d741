import { test } from "node:test";
import assert from "node:assert/strict";
import { caseGroups, filesByNumber, numbersIn, numbersOf } from "./cases.ts";

test("numbers are read from the front of test names", () => {
  const source = 'test("A01: x", f); test(\n  `B02, B03: ${y}`, f); test("C04 is none", f); other("D05: x");';
  assert.deepEqual(numbersIn(source), ["A01", "B02", "B03"]);
});

test("every case has a test that bears its number, or a reason why not", () => {
  const files = filesByNumber();
  const missing = caseGroups.flatMap(numbersOf).filter(([number, reason]) =>
    reason === undefined && !files.has(number)
  );
  assert.deepEqual(missing.map(([number]) => number), [], "cases without a test");
  const groundless = caseGroups.flatMap(numbersOf).filter(([number, reason]) =>
    reason !== undefined && files.has(number)
  );
  assert.deepEqual(groundless, [], "cases that have a test after all");
});
