import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { ServerTime } from "../../../lib/testing/memory/server_time.ts";

test("time begins with the wall clock and moves with the given one", () => {
  const clock = new FakeClock();
  const before = Date.now();
  const time = new ServerTime(clock);
  assert.ok(time.now >= before - 1 && time.now <= Date.now());
  const start = time.now;
  clock.tick(1500);
  assert.equal(time.now, start);
  time.refresh();
  assert.equal(time.now, start + 1500);
  assert.equal(time.startedAt, start);
});

test("a timer sees the time at which it fires, and one that is cleared does not fire", () => {
  const clock = new FakeClock();
  const time = new ServerTime(clock);
  const start = time.now;
  const seen: number[] = [];
  time.setTimer(() => seen.push(time.now - start), 50);
  time.clearTimer(time.setTimer(() => seen.push(-1), 60));
  clock.tick(100);
  assert.deepEqual(seen, [50]);
});

test("without a clock it is the runtime's", () => {
  assert.ok(Math.abs(new ServerTime().now - Date.now()) < 1000);
});
