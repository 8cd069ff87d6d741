import { test } from "node:test";
import assert from "node:assert/strict";
import {
  addIntegers,
  formatDouble,
  parseDouble,
  parseInteger,
  toCount,
  toDouble,
  toInteger,
  toSize,
} from "../../../lib/testing/memory/numbers.ts";

test("integers have 64 bits and one way to be written", () => {
  assert.equal(parseInteger("0"), 0);
  assert.equal(parseInteger("-12"), -12);
  assert.equal(parseInteger("9007199254740991"), 9007199254740991);
  assert.equal(parseInteger("9007199254740993"), 9007199254740993n);
  assert.equal(parseInteger("-9223372036854775808"), -9223372036854775808n);
  for (const text of ["", "-", "+1", "01", "-0", " 1", "1 ", "1.0", "9223372036854775808", "1e3", "0x1"]) {
    assert.equal(parseInteger(text), undefined, text);
    assert.throws(() => toInteger(text), /not an integer or out of range/);
  }
});

test("sums keep every digit and refuse what has no 64 bits", () => {
  assert.equal(addIntegers(1, 2), 3);
  assert.equal(addIntegers(9007199254740991, 2), 9007199254740993n);
  assert.equal(addIntegers(9007199254740993n, -2), 9007199254740991);
  assert.throws(() => addIntegers(9223372036854775807n, 1), /would overflow/);
  assert.throws(() => addIntegers(-9223372036854775808n, -1), /would overflow/);
});

test("counts may be negative and sizes may not", () => {
  assert.equal(toCount("-3"), -3);
  assert.equal(toSize("3"), 3);
  assert.throws(() => toSize("-1"), /must be positive/);
  assert.throws(() => toSize("x"), /must be positive/);
});

test("doubles have names for infinity and none for NaN", () => {
  assert.equal(parseDouble("1.5e3"), 1500);
  assert.equal(parseDouble(".5"), 0.5);
  assert.equal(parseDouble("5."), 5);
  assert.equal(parseDouble("+inf"), Infinity);
  assert.equal(parseDouble("-Infinity"), -Infinity);
  for (const text of ["", ".", "nan", "1e", "1.2.3", " 1", "0x10"]) {
    assert.equal(parseDouble(text), undefined, text);
    assert.throws(() => toDouble(text), /not a valid float/);
  }
});

test("doubles are written as short as they can be", () => {
  const texts = [0.1, 3, -0, Infinity, -Infinity, 1e21, 1e17].map(formatDouble);
  assert.deepEqual(texts, ["0.1", "3", "-0", "inf", "-inf", "1e+21", "100000000000000000"]);
});
