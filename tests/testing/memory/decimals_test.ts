import { test } from "node:test";
import assert from "node:assert/strict";
import { addDecimals } from "../../../lib/testing/memory/decimals.ts";

test("sums are decimal, not binary", () => {
  assert.equal(addDecimals("0.1", "0.2"), "0.3");
  assert.equal(addDecimals("10.5", "0.1"), "10.6");
  assert.equal(addDecimals("5.0e3", "2.0e2"), "5200");
  assert.equal(addDecimals("-1.75", ".25"), "-1.5");
  assert.equal(addDecimals("-0.05", "0"), "-0.05");
  assert.equal(addDecimals("1", "-1.000"), "0");
  assert.equal(addDecimals("12e-1", "3."), "4.2");
});

test("no more than 17 places are kept", () => {
  assert.equal(addDecimals("0", "0.123456789012345678"), "0.12345678901234568");
  assert.equal(addDecimals("0", "-0.123456789012345678"), "-0.12345678901234568");
  assert.equal(addDecimals("0", "1e-20"), "0");
});

test("what is no number or has no end is refused", () => {
  assert.throws(() => addDecimals("a", "1"), /not a valid float/);
  assert.throws(() => addDecimals("1", ""), /not a valid float/);
  assert.throws(() => addDecimals("inf", "1"), /NaN or Infinity/);
  assert.throws(() => addDecimals("1e308", "1e308"), /NaN or Infinity/);
});
