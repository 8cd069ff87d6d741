/** What `Connects` does with its timer and its signals, seen without a pool around it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CircuitBreaker } from "../../lib/base/circuit_breaker.ts";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { Closing } from "../../lib/pool/closing.ts";
import { Connects } from "../../lib/pool/connects.ts";
import { slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { type FakeConnection, FakeFactory } from "./fake_factory.ts";

function setUp() {
  const clock = new FakeClock(0);
  const factory = new FakeFactory(clock);
  factory.held.add("connect");
  const slots = new Slots<FakeConnection>(8, "lifo");
  const deadlines = new Deadlines(clock);
  const retries: number[] = [];
  const connects = new Connects<FakeConnection>({
    options: {
      maxConcurrentConnects: 4,
      connectTimeoutMs: 0,
      backoff: { baseMs: 20, maxMs: 1000, factor: 2, jitter: "none" },
      random: () => 1,
    },
    slots,
    factory,
    clock,
    deadlines,
    circuit: new CircuitBreaker({ failures: 0, openMs: 250, maxOpenMs: 1000 }, clock, () => 1),
    closing: new Closing({ slots, factory, clock, deadlines, onClose: () => {}, onGone: () => {} }),
    onConnect: (slot) => slots.move(slot, slotStates.idle),
    onFailure: () => {},
    onBackoff: () => {},
    onRetry: () => retries.push(clock.now()),
  });
  return { clock, factory, slots, connects, retries };
}

/** A part whose first attempt has just failed. */
async function setUpFailed() {
  const parts = setUp();
  parts.connects.want(1, true);
  parts.factory.fail("connect");
  await parts.clock.settle();
  return parts;
}

test("the wait for the next attempt holds the process from the moment on that someone waits for it", async () => {
  const { connects, clock, retries } = await setUpFailed();
  connects.want(1, false);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 0]);
  connects.want(1, true);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 1]);
  await clock.advance(100);
  assert.deepEqual(retries, [20]);
});

test("and only as long as someone waits for it", async () => {
  const { connects, clock, retries } = await setUpFailed();
  connects.want(2, true);
  connects.want(1, false);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 0]);
  await clock.advance(100);
  assert.deepEqual(retries, [20]);
});

test("however often it is asked for, the next attempt is announced once and not put off", async () => {
  const { connects, clock, retries } = await setUpFailed();
  for (let ms = 0; ms < 20; ms++) {
    connects.want(3, true);
    assert.equal(clock.timers, 1);
    await clock.advance(1);
  }
  assert.deepEqual(retries, [20]);
});

test("each failure has its own wait", async () => {
  const { connects, clock, retries, factory } = await setUpFailed();
  connects.want(1, true);
  await clock.advance(20);
  connects.want(1, true);
  factory.fail("connect");
  await clock.settle();
  connects.want(1, true);
  await clock.advance(100);
  assert.deepEqual(retries, [20, 60]);
});

test("a timer that fires a little early is followed by another one", async () => {
  const { connects, clock, retries } = await setUpFailed();
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (fn, ms, ref) => setTimer(fn, ms - 0.5, ref);
  connects.want(1, true);
  await clock.advance(19.6);
  assert.deepEqual(retries, [19.5]);
  connects.want(1, true);
  assert.equal(clock.timers, 1);
  await clock.advance(1);
  assert.equal(retries.length, 2);
});

test("an attempt that may start at once leaves no older plan behind", async () => {
  const { connects, clock, retries, factory } = await setUpFailed();
  connects.want(1, true);
  clock.now = () => 25;
  connects.want(1, true);
  assert.deepEqual([factory.connecting, clock.timers], [1, 0]);
  assert.deepEqual(retries, []);
});

test("nothing is planned once no more is wanted, until it is again", async () => {
  const { connects, clock, retries } = await setUpFailed();
  connects.want(1, true);
  connects.want(0, false);
  assert.equal(clock.timers, 0);
  connects.want(1, true);
  await clock.advance(100);
  assert.deepEqual(retries, [20]);
});

test("stopping tells every attempt why, keeps their slots until they have ended, and leaves no timer", async () => {
  const { connects, factory, clock, slots } = setUp();
  factory.hearsAbort = false;
  connects.want(3, true);
  const reason = new Error("closed");
  connects.stop(reason);
  assert.ok(factory.pending.every(({ signal }) => signal?.aborted && signal.reason === reason));
  assert.equal(slots.count(slotStates.closing), 3);
  factory.pending[0]!.fail(new Error("late"));
  factory.pass("connect");
  await clock.settle();
  assert.deepEqual([slots.total, factory.sockets, factory.destroyed.length], [0, 0, 2]);
  await clock.advance(201);
  assert.equal(clock.timers, 0);
});

test("stopping during a wait ends it", async () => {
  const { connects, clock } = await setUpFailed();
  connects.want(1, true);
  connects.stop(new Error("closed"));
  assert.equal(clock.timers, 0);
});
