import assert from "node:assert/strict";
import { test } from "node:test";
import { Samples } from "../../../bench/demo/samples.ts";

test("percentiles are taken from every sample, whatever their order and number", () => {
  const samples = new Samples();
  for (let i = 0; i < 10_000; i++) samples.add((i * 7919) % 10_000 + 1);
  assert.equal(samples.length, 10_000);
  assert.deepEqual([0, 0.5, 0.95, 0.99, 1].map((share) => samples.percentile(share)), [1, 5000, 9500, 9900, 10_000]);
});

test("a sample added after a percentile was asked for counts in the next one", () => {
  const samples = new Samples();
  samples.add(3);
  assert.equal(samples.percentile(0.5), 3);
  samples.add(1);
  assert.equal(samples.percentile(0.5), 1);
  assert.equal(samples.percentile(0.99), 3);
});

test("there is no percentile of nothing", () => {
  assert.equal(new Samples().percentile(0.5), NaN);
});
