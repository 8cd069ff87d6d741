import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

test("timers fire in the order they are due, those of one instant in the order they were set", () => {
  const clock = new FakeClock(0);
  const fired: string[] = [];
  clock.setTimer(() => fired.push("c"), 20, true);
  clock.setTimer(() => fired.push("a"), 10, true);
  clock.setTimer(() => fired.push("b"), 10, true);
  clock.tick(15);
  assert.deepEqual(fired, ["a", "b"]);
  clock.tick(5);
  assert.deepEqual(fired, ["a", "b", "c"]);
  assert.equal(clock.now(), 20);
});

test("a timer sees the time it was due at", () => {
  const clock = new FakeClock(100);
  const seen: number[] = [];
  clock.setTimer(() => seen.push(clock.now()), 10, true);
  clock.setTimer(() => seen.push(clock.now()), 30, true);
  clock.tick(50);
  assert.deepEqual(seen, [110, 130]);
  assert.equal(clock.now(), 150);
});

test("timers set by timers fire when they become due, those of 0 ms included", () => {
  const clock = new FakeClock(0);
  const fired: number[] = [];
  clock.setTimer(
    () => {
      clock.setTimer(() => fired.push(clock.now()), 0, true);
      clock.setTimer(() => fired.push(clock.now()), 5, true);
      clock.setTimer(() => fired.push(clock.now()), 50, true);
    },
    10,
    true,
  );
  clock.tick(20);
  assert.deepEqual(fired, [10, 15]);
});

test("promise continuations run before, between and after timers", async () => {
  const clock = new FakeClock(0);
  const order: string[] = [];
  const later = async (name: string) => {
    for (let n = 0; n < 5; n++) await undefined;
    order.push(name);
  };
  later("before");
  clock.setTimer(
    () => {
      order.push("timer 1");
      later("between");
    },
    10,
    true,
  );
  clock.setTimer(
    () => {
      order.push("timer 2");
      later("after");
    },
    10,
    true,
  );
  await clock.advance(10);
  assert.deepEqual(order, ["before", "timer 1", "between", "timer 2", "after"]);
});

test("a timer that a continuation sets in time is not missed", async () => {
  const clock = new FakeClock(0);
  let firedAt = 0;
  clock.setTimer(
    async () => {
      await undefined;
      clock.setTimer(() => firedAt = clock.now(), 5, true);
    },
    10,
    true,
  );
  await clock.advance(20);
  assert.equal(firedAt, 15);
});

test("a disarmed timer does not fire", () => {
  const clock = new FakeClock();
  const timer = clock.setTimer(() => assert.fail(), 10, true);
  clock.clearTimer(timer);
  clock.clearTimer(timer);
  clock.tick(100);
});

test("armed timers are counted, and those that hold a process", () => {
  const clock = new FakeClock();
  clock.setTimer(() => {}, 10, true);
  clock.setTimer(() => {}, 20, false);
  assert.deepEqual([clock.timers, clock.refTimers], [2, 1]);
  clock.tick(10);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 0]);
});
