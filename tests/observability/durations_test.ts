import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "../../lib/base/histogram.ts";
import { Durations } from "../../lib/observability/durations.ts";

function recorded(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** 1 to 1000 milliseconds. */
const even = Array.from({ length: 1000 }, (_, n) => n + 1);

function assertNear(got: number, exact: number): void {
  assert.ok(Math.abs(got - exact) <= 0.03 * exact, `${got} for ${exact}`);
}

test("its fields are what one usually wants to see, within three percent", () => {
  const durations = new Durations(recorded(even));
  assert.deepEqual([durations.count, durations.sumMs, durations.minMs, durations.maxMs], [1000, 500_500, 1, 1000]);
  assertNear(durations.p50Ms, 500);
  assertNear(durations.p90Ms, 900);
  assertNear(durations.p99Ms, 990);
  assertNear(durations.p999Ms, 999);
  assert.equal(durations.percentileMs(50), durations.p50Ms);
  assertNear(durations.percentileMs(25), 250);
});

test("without a value everything is 0", () => {
  const durations = new Durations(new Histogram());
  assert.deepEqual(Object.values(durations), [0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([durations.percentileMs(99), durations.countUpTo(1e9), durations.buckets()], [0, 0, []]);
});

test("what is recorded later does not change it", () => {
  const histogram = recorded([1, 2, 3]);
  const durations = new Durations(histogram);
  histogram.record(5000);
  assert.deepEqual([durations.count, durations.maxMs, durations.countUpTo(1e9)], [3, 3, 3]);
});

test("the raw buckets hold everything, in order, and agree with the counts up to their bounds", () => {
  const durations = new Durations(recorded(even));
  const buckets = durations.buckets();
  let total = 0;
  let before = -1;
  for (const [upToMs, count] of buckets) {
    assert.ok(upToMs > before && count > 0);
    total += count;
    assert.equal(durations.countUpTo(upToMs), total);
    before = upToMs;
  }
  assert.equal(total, 1000);
});

test("two looks give what happened between them", () => {
  const histogram = recorded(even);
  const before = new Durations(histogram);
  for (let n = 0; n < 10; n++) histogram.record(40);
  const between = new Durations(histogram).since(before);
  assert.deepEqual([between.count, between.sumMs], [10, 400]);
  for (const value of [between.minMs, between.p50Ms, between.p999Ms, between.maxMs]) assertNear(value, 40);
  assert.equal(before.count, 1000, "the earlier look is left alone");
});

test("nothing happened between two looks at the same", () => {
  const histogram = recorded(even);
  const before = new Durations(histogram);
  const none = new Durations(histogram).since(before);
  assert.deepEqual(Object.values(none), [0, 0, 0, 0, 0, 0, 0, 0]);
});

test("it can be written as JSON and copied", () => {
  const durations = new Durations(recorded([2]));
  const fields = { count: 1, sumMs: 2, minMs: 2, maxMs: 2, p50Ms: 2, p90Ms: 2, p99Ms: 2, p999Ms: 2 };
  assert.deepEqual(JSON.parse(JSON.stringify(durations)), fields);
  assert.deepEqual(structuredClone({ ...durations }), fields);
});
