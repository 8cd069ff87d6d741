import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "../../lib/pool/events.ts";
import { Leaks } from "../../lib/pool/leaks.ts";
import type { LeakReport } from "../../lib/observability/observer.ts";
import { nextTurn, type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

/** Runs `fn` in a world whose garbage collector is told what to collect: `collect` gets what `fn` makes registries of. */
function withCollector<T>(fn: (collect: (lease: object) => void) => T): T {
  const watched = new Map<object, () => void>();
  const { FinalizationRegistry: real } = globalThis;
  globalThis.FinalizationRegistry = class {
    readonly #onCollected: (held: unknown) => void;
    constructor(onCollected: (held: unknown) => void) {
      this.#onCollected = onCollected;
    }
    register(lease: object, held: unknown): void {
      watched.set(lease, () => this.#onCollected(held));
    }
  } as unknown as typeof FinalizationRegistry;
  try {
    return fn((lease) => watched.get(lease)?.());
  } finally {
    globalThis.FinalizationRegistry = real;
  }
}

function setUp(change: { leakDetectionMs?: number; reclaimLeaked?: boolean } = {}, lastUsedMs?: () => number) {
  const clock = new FakeClock();
  const reports: LeakReport[] = [];
  const unleaked: number[] = [];
  const reclaimed: Slot<string>[] = [];
  const events = new Events({ leak: (report) => reports.push(report), unleaked: (heldMs) => unleaked.push(heldMs) });
  const factory = { connect: () => Promise.reject(new Error("unused")), destroy: () => {} };
  const leaks = new Leaks<string>(
    { leakDetectionMs: 100, reclaimLeaked: false, clock, ...change },
    lastUsedMs === undefined ? factory : { ...factory, lastUsedMs },
    events,
    (slot) => reclaimed.push(slot),
  );
  const slots = new Slots<string>(5, "lifo");
  const lend = (): Slot<string> => {
    const slot = slots.add();
    slots.fill(slot, "a");
    slots.move(slot, slotStates.leased);
    return slot;
  };
  return { clock, events, leaks, lend, reports, unleaked, reclaimed };
}

test("without a limit nothing is watched", () => {
  assert.equal(setUp({ leakDetectionMs: 0 }).leaks.on, false);
  assert.equal(setUp().leaks.on, true);
});

test("a lease that is held too long is reported once, with the place it was acquired at", () => {
  const { leaks, lend, clock, reports, events } = setUp();
  const slot = lend();
  (function acquiredHere() {
    leaks.lent(slot, {});
  })();
  assert.equal(leaks.look(slot, clock.now()), 1100);
  clock.tick(99);
  assert.equal(leaks.look(slot, clock.now()), 1100);
  assert.equal(reports.length, 0);
  clock.tick(1);
  assert.equal(leaks.look(slot, clock.now()), Infinity);
  leaks.look(slot, clock.now());
  assert.equal(reports.length, 1);
  const { heldMs, stack, collected, reclaimed } = reports[0]!;
  assert.deepEqual([heldMs, collected, reclaimed], [100, false, false]);
  assert.match(stack, /acquiredHere/);
  assert.equal(events.metrics.leaks, 1);
});

test("the place of a lease that was waited for is the one where it was asked for", async () => {
  const { leaks, lend, clock, reports } = setUp();
  const lease = {};
  let serve!: (lease: object) => void;
  const asked: Promise<object>[] = [];
  // Some runtimes leave the caller of a last call out of the stack: this call is not one.
  (function asks() {
    asked.push(leaks.askedFor(new Promise<object>((resolve) => serve = resolve)));
  })();
  const slot = lend();
  (function serves() {
    leaks.lent(slot, lease);
    serve(lease);
  })();
  await clock.settle();
  clock.tick(100);
  leaks.look(slot, clock.now());
  assert.match(reports[0]!.stack, /asks/);
  assert.doesNotMatch(reports[0]!.stack, /serves/);
});

test("who asks for a lease and does not get it leaves nothing", async () => {
  const { leaks } = setUp();
  const refusal = new Error("refused");
  await assert.rejects(leaks.askedFor(Promise.reject(refusal)), refusal);
});

test("a lease that came back in time is forgotten", () => {
  const { leaks, lend, clock, reports, unleaked } = setUp();
  const slot = lend();
  leaks.lent(slot, {});
  leaks.over(slot);
  leaks.over(slot);
  clock.tick(500);
  assert.equal(leaks.look(slot, clock.now()), Infinity);
  assert.deepEqual([reports.length, unleaked.length], [0, 0]);
});

test("the next lease of a slot has its own time", () => {
  const { leaks, lend, clock } = setUp();
  const slot = lend();
  leaks.lent(slot, {});
  clock.tick(90);
  leaks.over(slot);
  leaks.lent(slot, {});
  assert.equal(leaks.look(slot, clock.now()), 1190);
});

test("a reported lease that comes back after all is told with the time it was held", () => {
  const { leaks, lend, clock, unleaked } = setUp();
  const slot = lend();
  leaks.lent(slot, {});
  clock.tick(150);
  leaks.look(slot, clock.now());
  clock.tick(100);
  leaks.over(slot);
  leaks.over(slot);
  assert.deepEqual(unleaked, [250]);
});

test("a lease is taken back when it is held too long, and watched no more", () => {
  const { leaks, lend, clock, reports, reclaimed } = setUp({ reclaimLeaked: true });
  const slot = lend();
  leaks.lent(slot, {});
  clock.tick(100);
  assert.equal(leaks.look(slot, clock.now()), Infinity);
  assert.deepEqual(reclaimed, [slot]);
  assert.equal(reports[0]!.reclaimed, true);
  leaks.look(slot, clock.now());
  assert.deepEqual([reclaimed.length, reports.length], [1, 1]);
});

test("a lease that is at work is reported but not taken back before it was unused for as long", () => {
  let lastUsed = 1090;
  const { leaks, lend, clock, reports, reclaimed, events } = setUp({ reclaimLeaked: true }, () => lastUsed);
  const slot = lend();
  leaks.lent(slot, {});
  clock.tick(100);
  assert.equal(leaks.look(slot, clock.now()), 1190);
  assert.deepEqual([reports.length, reports[0]!.reclaimed, reclaimed.length], [1, false, 0]);
  lastUsed = 1150;
  clock.tick(90);
  assert.equal(leaks.look(slot, clock.now()), 1250);
  assert.equal(reports.length, 1);
  clock.tick(60);
  assert.equal(leaks.look(slot, clock.now()), Infinity);
  assert.deepEqual([reports.length, reports[1]!.reclaimed, reclaimed.length], [2, true, 1]);
  assert.equal(events.metrics.leaks, 1);
});

test("an observer that releases the lease it is told of is not overruled", () => {
  const clock = new FakeClock();
  const slot = new Slots<string>(1, "lifo").add();
  const reclaimed: unknown[] = [];
  const events = new Events({ leak: () => slot.turn = nextTurn(slot.turn) });
  const leaks = new Leaks<string>(
    { leakDetectionMs: 100, reclaimLeaked: true, clock },
    { connect: () => Promise.reject(new Error("unused")), destroy: () => {} },
    events,
    (slot) => reclaimed.push(slot),
  );
  leaks.lent(slot, {});
  clock.tick(100);
  leaks.look(slot, clock.now());
  assert.deepEqual(reclaimed, []);
});

test("a lease whose handle was collected is reported at once, however short it was held", () => {
  withCollector((collect) => {
    const { leaks, lend, clock, reports, reclaimed } = setUp();
    const lease = {};
    leaks.lent(lend(), lease);
    clock.tick(30);
    collect(lease);
    assert.deepEqual([reports.length, reports[0]!.heldMs, reports[0]!.collected], [1, 30, true]);
    assert.deepEqual(reclaimed, []);
    collect(lease);
    assert.equal(reports.length, 1);
  });
});

test("a lease whose handle was collected is taken back when that is wanted", () => {
  withCollector((collect) => {
    const { leaks, lend, reports, reclaimed } = setUp({ reclaimLeaked: true });
    const lease = {};
    const slot = lend();
    leaks.lent(slot, lease);
    collect(lease);
    assert.deepEqual([reclaimed, reports[0]!.reclaimed], [[slot], true]);
  });
});

test("the handle of a lease that is over may be collected, also while its slot is leased again", () => {
  withCollector((collect) => {
    const { leaks, lend, reports, reclaimed } = setUp({ reclaimLeaked: true });
    const [lease, next] = [{}, {}];
    const slot = lend();
    leaks.lent(slot, lease);
    leaks.over(slot);
    slot.turn = nextTurn(slot.turn);
    leaks.lent(slot, next);
    collect(lease);
    assert.deepEqual([reports.length, reclaimed.length], [0, 0]);
    collect(next);
    assert.deepEqual([reports.length, reclaimed.length], [1, 1]);
  });
});
