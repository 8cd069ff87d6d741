import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "../../lib/base/histogram.ts";
import { runCallers, timesOf } from "../../lib/doctor/load.ts";

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

test("every caller calls until the time is over, each one call at a time", async () => {
  let running = 0;
  let most = 0;
  let calls = 0;
  const point = await runCallers(async () => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    calls++;
  }, { callers: 5, durationMs: 30 });
  assert.equal(most, 5);
  assert.equal(running, 0);
  assert.equal(point.callers, 5);
  assert.equal(point.count, calls);
  assert.ok(point.p50Ms > 0 && point.p99Ms >= point.p50Ms);
  assert.ok(point.perSecond > 0);
});

test("every caller calls at least once, however short the time", async () => {
  const { count } = await runCallers(tick, { callers: 20, durationMs: 0 });
  assert.equal(count, 20);
});

test("a call that fails ends the load, and the other callers stop", async () => {
  let calls = 0;
  const failing = async () => {
    await tick();
    if (++calls === 4) throw new Error("refused");
  };
  await assert.rejects(runCallers(failing, { callers: 3, durationMs: 600_000 }), /refused/);
  await tick();
  await tick();
  const after = calls;
  await tick();
  await tick();
  assert.equal(calls, after);
});

test("times are told with three decimals", () => {
  const times = new Histogram();
  for (let i = 0; i < 100; i++) times.record(1.234567);
  assert.deepEqual(timesOf(times), { count: 100, leastMs: 1.235, p50Ms: 1.235, p99Ms: 1.235 });
});
