import assert from "node:assert/strict";
import { test } from "node:test";
import { SampledTimes } from "../../lib/observability/sampled_times.ts";

test("one in 64 has its time taken", () => {
  const times = new SampledTimes();
  const due = Array.from({ length: 640 }, () => times.isDue());
  assert.equal(due.filter(Boolean).length, 10);
  assert.deepEqual([due.indexOf(true), due.lastIndexOf(true)], [63, 639]);
});
