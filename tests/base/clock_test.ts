import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../lib/base/clock.ts";

test("time goes on and never back", () => {
  let last = systemClock.now();
  for (let n = 0; n < 1000; n++) {
    const now = systemClock.now();
    assert.ok(now >= last);
    last = now;
  }
});

test("a timer fires once, after its time", async () => {
  const start = systemClock.now();
  let fired = 0;
  await new Promise<void>((resolve) => {
    systemClock.setTimer(
      () => {
        fired++;
        systemClock.setTimer(resolve, 20, true);
      },
      20,
      true,
    );
  });
  assert.equal(fired, 1);
  assert.ok(systemClock.now() - start >= 38);
});

test("a disarmed timer does not fire, and one that fired may be disarmed", async () => {
  let fired = false;
  const disarmed = systemClock.setTimer(() => fired = true, 1, true);
  systemClock.clearTimer(disarmed);
  await new Promise<void>((resolve) => {
    const timer = systemClock.setTimer(
      () => {
        systemClock.clearTimer(timer);
        resolve();
      },
      10,
      true,
    );
  });
  assert.equal(fired, false);
});
