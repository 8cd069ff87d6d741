import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "../../../bench/demo/load.ts";

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

test("as many calls run at once as there are callers, and each is timed", async () => {
  let running = 0;
  let most = 0;
  let calls = 0;
  const operation = async () => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    calls++;
  };
  const measured = await measure(operation, { callers: 7, seconds: 0.05, onProgress: () => {} });
  assert.equal(most, 7);
  assert.equal(measured.calls, calls);
  assert.equal(measured.samples.length, calls);
  assert.ok(measured.samples.percentile(0) > 0);
  assert.ok(measured.elapsedMs >= 50);
});

test("a failing call ends the measurement and the other callers", async () => {
  let calls = 0;
  const operation = async () => {
    await tick();
    if (++calls === 5) throw new Error("refused");
  };
  await assert.rejects(measure(operation, { callers: 3, seconds: 60, onProgress: () => {} }), /refused/);
  await tick();
  await tick();
  const after = calls;
  await tick();
  await tick();
  assert.equal(calls, after);
});

test("progress is told as a share of the time", async () => {
  const shares: number[] = [];
  await measure(tick, { callers: 1, seconds: 0.35, onProgress: (share) => shares.push(share) });
  assert.ok(shares.length >= 1 && shares.every((share) => share > 0), String(shares));
});
