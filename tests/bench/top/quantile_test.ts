import assert from "node:assert/strict";
import { test } from "node:test";
import { quantile } from "../../../bench/top/quantile.ts";

const buckets = [{ bound: 1, count: 10 }, { bound: 2, count: 30 }, { bound: 4, count: 40 }, {
  bound: Infinity,
  count: 40,
}];

test("a quantile lies within its bucket in proportion", () => {
  assert.equal(quantile(0.5, buckets), 1.5);
  assert.equal(quantile(0.25, buckets), 1);
  assert.equal(quantile(0.125, buckets), 0.5);
  assert.equal(quantile(1, buckets), 4);
  assert.equal(quantile(0.5, buckets.toReversed()), 1.5, "in whatever order they come");
});

test("beyond the last bound nothing is known but the bound", () => {
  assert.equal(quantile(0.99, [{ bound: 1, count: 1 }, { bound: Infinity, count: 100 }]), 1);
});

test("of nothing there is no quantile", () => {
  assert.ok(Number.isNaN(quantile(0.5, [])));
  assert.ok(Number.isNaN(quantile(0.5, [{ bound: 1, count: 0 }, { bound: Infinity, count: 0 }])));
});
