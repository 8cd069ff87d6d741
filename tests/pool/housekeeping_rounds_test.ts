/** When housekeeping looks after the slots, seen without a pool around it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "../../lib/pool/events.ts";
import type { Factory } from "../../lib/pool/factory.ts";
import { Health } from "../../lib/pool/health.ts";
import { Housekeeping } from "../../lib/pool/housekeeping.ts";
import { Leaks } from "../../lib/pool/leaks.ts";
import { type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

const off = {
  healthCacheTtlMs: 0,
  keepaliveMs: 0,
  idleTimeoutMs: 0,
  maxLifetimeMs: 0,
  leakDetectionMs: 0,
  reclaimLeaked: false,
  lifecycle: "process",
  validate: "auto",
} as const;

class CountingClock extends FakeClock {
  reads = 0;

  override now(): number {
    this.reads++;
    return super.now();
  }
}

/** A house with one idle slot that was just used; `told` notes what became due and when. */
function setUp(change: Partial<Record<keyof typeof off, number | string>>, minIdle = 0) {
  const options = { ...off, ...change } as typeof off;
  const clock = new CountingClock(0);
  const factory: Factory<string> = {
    connect: () => Promise.reject(new Error("unused")),
    destroy: () => {},
    validate: () => Promise.resolve(true),
  };
  const slots = new Slots<string>(5, "lifo");
  const told: [what: string, at: number][] = [];
  const health = new Health(options, factory, clock);
  const note = (what: string) => (slot: Slot<string>) => {
    told.push([what, Math.floor(clock.now())]);
    if (what !== "silent") slots.move(slot, slotStates.closing);
    else health.prove(slot);
  };
  const house = new Housekeeping<string>({
    options,
    slots,
    health,
    leaks: new Leaks({ ...options, clock }, factory, new Events(undefined), () => {}),
    clock,
    minIdle: () => minIdle,
    onExpired: note("expired"),
    onIdleTooLong: note("idle"),
    onSilent: note("silent"),
    onSharedSilent: () => {},
  });
  const slot = slots.add();
  slots.fill(slot, "a");
  slot.bornAt = slot.aliveAt = slot.idleSince = 0;
  slot.patience = 1;
  slot.touched = true;
  slots.move(slot, slotStates.idle);
  return { clock, slots, slot, told, house };
}

test("no timer runs before anything was touched, nor where nothing can become due", () => {
  assert.equal(setUp({ idleTimeoutMs: 400 }).clock.timers, 0);
  for (const change of [{}, { idleTimeoutMs: 400, lifecycle: "request" }]) {
    const { house, clock } = setUp(change);
    house.touch();
    assert.equal(clock.timers, 0);
  }
});

test("a round follows within a quarter of the shortest time, but within ten milliseconds to ten seconds", () => {
  for (
    const [times, roundMs] of [
      [{ idleTimeoutMs: 1 }, 10],
      [{ idleTimeoutMs: 400, maxLifetimeMs: 2000 }, 100],
      [{ idleTimeoutMs: 8000, keepaliveMs: 800 }, 200],
      [{ idleTimeoutMs: 100_000 }, 10_000],
    ] as const
  ) {
    const { house, clock, slot } = setUp(times);
    house.touch();
    clock.tick(roundMs);
    assert.equal(slot.touched, true);
    clock.tick(1);
    assert.equal(slot.touched, false);
    assert.equal(Math.floor(slot.idleSince), roundMs);
  }
});

test("touching reads the clock and sets the timer once between two rounds", () => {
  const { house, clock } = setUp({ idleTimeoutMs: 400 });
  house.touch();
  const { reads } = clock;
  for (let n = 0; n < 1000; n++) house.touch();
  assert.deepEqual([clock.reads, clock.timers], [reads, 1]);
  clock.tick(101);
  const later = clock.reads;
  house.touch();
  house.touch();
  assert.ok(clock.reads - later <= 2, "the next round may need a nearer timer");
  assert.equal(clock.timers, 1);
});

test("touching does not put off what is due sooner", () => {
  const { house, clock, told } = setUp({ keepaliveMs: 400 });
  house.touch();
  clock.tick(480);
  assert.equal(told.length, 0, "it was used until the first round, at 100");
  house.touch();
  clock.tick(60);
  // Each of the two timers on the way has its half millisecond.
  assert.deepEqual(told, [["silent", 501]]);
});

test("a round that has nothing to look forward to leaves no timer", () => {
  const { house, clock, slots, slot } = setUp({ idleTimeoutMs: 400 });
  slots.move(slot, slotStates.shared);
  house.touch();
  clock.tick(150);
  assert.equal(clock.timers, 0);
});

test("what is out of reach of any timer is waited for all the same", () => {
  const { house, clock, slot, told } = setUp({ maxLifetimeMs: 2 ** 31 - 1 });
  const waits: number[] = [];
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (fn, ms, ref) => (waits.push(ms), setTimer(fn, ms, ref));
  slot.expiresAt = 2 ** 32;
  house.touch();
  clock.tick(2 ** 32 - 1);
  assert.deepEqual(told, []);
  clock.tick(10_010);
  assert.equal(told[0]?.[0], "expired");
  assert.equal(Math.max(...waits), 2 ** 31 - 1);
});

test("after a stop no timer runs, whatever is touched", () => {
  const { house, clock, told } = setUp({ idleTimeoutMs: 400 });
  house.touch();
  house.stop();
  house.touch();
  assert.equal(clock.timers, 0);
  clock.tick(5000);
  assert.deepEqual(told, []);
});

test("a stop from within a round ends it without another one", () => {
  const { house, clock, slots } = setUp({ idleTimeoutMs: 400, maxLifetimeMs: 5000 });
  const { move } = slots;
  slots.move = (slot, to) => {
    move.call(slots, slot, to);
    house.stop();
  };
  house.touch();
  const young = slots.add();
  slots.fill(young, "b");
  young.expiresAt = 5000;
  move.call(slots, young, slotStates.shared);
  clock.tick(600);
  assert.equal(clock.timers, 0);
});

test("rounds are at least half a quarter of the shortest time apart, however close together things become due", () => {
  const { house, clock, slots, told } = setUp({ maxLifetimeMs: 800 });
  for (let n = 0; n < 4; n++) {
    const slot = slots.add();
    slots.fill(slot, `c${n}`);
    slots.move(slot, slotStates.idle);
    slot.expiresAt = 700 + n;
  }
  house.touch();
  clock.tick(2000);
  assert.deepEqual(told, [["expired", 700], ["expired", 801], ["expired", 801], ["expired", 801]]);
});

test("one that is being replaced is not counted among those that stay idle, and is not closed for its idleness", () => {
  const { house, clock, slots, slot, told } = setUp({ idleTimeoutMs: 400 }, 1);
  slots.retire(slot, "lifetime");
  const kept = slots.add();
  slots.fill(kept, "b");
  slots.move(kept, slotStates.idle);
  house.touch();
  clock.tick(2000);
  assert.deepEqual(told, []);
});
