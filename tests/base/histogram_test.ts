import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "../../lib/base/histogram.ts";
import { Random } from "../support/random.ts";

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test("every percentile is within three percent, from a microsecond to an hour", () => {
  const random = new Random(3);
  const values = Array.from({ length: 20_000 }, () => 10 ** (random.next() * 9.5 - 3)).sort((a, b) => a - b);
  const histogram = filled(values);
  for (const percent of [0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9]) {
    const exact = values[Math.ceil(values.length * percent / 100) - 1]!;
    const got = histogram.percentileMs(percent);
    const error = Math.abs(got - exact) / exact;
    // Half a microsecond is what rounding costs at the lower end.
    assert.ok(error < 0.03 || Math.abs(got - exact) <= 0.0006, `p${percent}: ${got} for ${exact}`);
  }
});

test("small values are exact to the microsecond", () => {
  for (let micros = 0; micros < 32; micros++) {
    const histogram = filled([micros / 1000]);
    assert.equal(histogram.percentileMs(50), micros / 1000);
  }
});

test("count, sum, least and greatest are exact", () => {
  const histogram = filled([1.5, 0.25, 1000, 3]);
  assert.deepEqual(
    [histogram.count, histogram.sumMs, histogram.minMs, histogram.maxMs],
    [4, 1004.75, 0.25, 1000],
  );
});

test("no percentile leaves the range of what was recorded", () => {
  const histogram = filled([10, 10, 10]);
  for (const percent of [0, 1, 50, 100]) assert.equal(histogram.percentileMs(percent), 10);
});

test("without values everything is 0", () => {
  const histogram = new Histogram();
  assert.deepEqual(
    [histogram.count, histogram.sumMs, histogram.minMs, histogram.maxMs, histogram.percentileMs(99)],
    [0, 0, 0, 0, 0],
  );
});

test("what is negative, no number or beyond all bounds is counted at the ends", () => {
  const histogram = filled([-1, NaN, 1e12, Infinity]);
  assert.equal(histogram.count, 4);
  assert.equal(histogram.percentileMs(50), 0);
  assert.ok(histogram.percentileMs(100) > 4_000_000);
});

test("values can be counted up to a bound", () => {
  const histogram = filled([0.5, 1, 1, 2, 40, 41, 1000]);
  assert.deepEqual([0, 0.5, 1, 2, 39, 45, 2000].map((ms) => histogram.countUpTo(ms)), [0, 1, 3, 4, 4, 6, 7]);
});

test("two histograms add up", () => {
  const both = filled([1, 2]);
  both.add(filled([3, 4]));
  const one = filled([1, 2, 3, 4]);
  for (const percent of [25, 50, 75, 100]) assert.equal(both.percentileMs(percent), one.percentileMs(percent));
  assert.deepEqual([both.count, both.sumMs, both.minMs, both.maxMs], [4, 10, 1, 4]);
});

test("a reset forgets everything", () => {
  const histogram = filled([1, 2]);
  histogram.reset();
  histogram.record(5);
  assert.deepEqual([histogram.count, histogram.sumMs, histogram.minMs, histogram.percentileMs(50)], [1, 5, 5, 5]);
});

test("a copy goes its own way", () => {
  const histogram = filled([1, 2]);
  const copy = histogram.copy();
  histogram.record(100);
  copy.record(5);
  assert.deepEqual([histogram.count, histogram.maxMs, copy.count, copy.maxMs, copy.sumMs], [3, 100, 3, 5, 8]);
});

test("its buckets name their greatest value and how many they hold", () => {
  assert.deepEqual(filled([]).buckets(), []);
  assert.deepEqual(filled([0.003, 0.001, 0.003, 0.128]).buckets(), [[0.001, 1], [0.003, 2], [0.131, 1]]);
});

test("what was recorded earlier can be taken out again", () => {
  const histogram = filled([1, 50, 900]);
  const earlier = histogram.copy();
  for (const value of [20, 30]) histogram.record(value);
  histogram.subtract(earlier);
  assert.deepEqual([histogram.count, histogram.sumMs], [2, 50]);
  assert.ok(Math.abs(histogram.minMs - 20) < 0.6 && Math.abs(histogram.maxMs - 30) < 0.9);
  histogram.subtract(histogram.copy());
  assert.deepEqual([histogram.count, histogram.sumMs, histogram.minMs, histogram.maxMs], [0, 0, 0, 0]);
  histogram.record(7);
  assert.deepEqual([histogram.minMs, histogram.maxMs, histogram.percentileMs(50)], [7, 7, 7]);
});
