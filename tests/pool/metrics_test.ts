import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolMetrics } from "../../lib/pool/metrics.ts";

test("everything begins at zero", () => {
  const { wait, connect, use, closes, connectFailures, ...counters } = new PoolMetrics();
  assert.deepEqual([wait.count, connect.count, use.count, closes.size, connectFailures.size], [0, 0, 0, 0, 0]);
  assert.ok(Object.keys(counters).length > 0);
  for (const [name, count] of Object.entries(counters)) assert.equal(count, 0, name);
});

test("closed connections are counted by reason", () => {
  const metrics = new PoolMetrics();
  for (const reason of ["idle", "lifetime", "idle"]) metrics.closed(reason);
  assert.deepEqual([...metrics.closes], [["idle", 2], ["lifetime", 1]]);
});

test("failed connects are counted by the error's code, and those without one together", () => {
  const metrics = new PoolMetrics();
  const errors = [{ code: "ECONNREFUSED" }, new Error("no code"), { code: 5 }, undefined, null, "text", {
    code: "ECONNREFUSED",
  }];
  for (const error of errors) metrics.connectFailed(error);
  assert.deepEqual([...metrics.connectFailures], [["ECONNREFUSED", 2], ["UNKNOWN", 5]]);
});

test("labels from outside do not make the counts grow without end", () => {
  const metrics = new PoolMetrics();
  for (let n = 0; n < 1000; n++) {
    metrics.closed(`reason ${n}`);
    metrics.connectFailed({ code: `CODE_${n}` });
  }
  metrics.closed("reason 3");
  for (const counts of [metrics.closes, metrics.connectFailures]) {
    assert.equal(counts.size, 65);
    assert.equal(counts.get("OTHER"), 936);
  }
  assert.equal(metrics.closes.get("reason 3"), 2);
});
