import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnClock } from "../../lib/pool/turn_clock.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

class CountingClock extends FakeClock {
  reads = 0;

  override now(): number {
    this.reads++;
    return super.now();
  }
}

test("the clock is read once until other code has had a turn", async () => {
  const clock = new CountingClock(500);
  const turnClock = new TurnClock(clock);
  for (let n = 0; n < 100; n++) assert.equal(turnClock.now(), 500);
  assert.equal(clock.reads, 1);
  await undefined;
  turnClock.now();
  assert.equal(clock.reads, 2);
});

test("the time is the one of the first question, and right again after the turn", async () => {
  const clock = new FakeClock(500);
  const turnClock = new TurnClock(clock);
  turnClock.now();
  clock.tick(30);
  assert.equal(turnClock.now(), 500);
  await undefined;
  assert.equal(turnClock.now(), 530);
});

test("it reads nothing until it is asked", async () => {
  const clock = new CountingClock();
  const turnClock = new TurnClock(clock);
  await undefined;
  assert.equal(clock.reads, 0);
  assert.equal(turnClock.now(), 1000);
});
