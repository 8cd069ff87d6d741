import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "../../lib/pool/events.ts";
import { Handles } from "../../lib/pool/handles.ts";
import { Leaks } from "../../lib/pool/leaks.ts";
import { Lease, type LeaseOwner } from "../../lib/pool/lease.ts";
import { type PoolOptions, resolveOptions } from "../../lib/pool/options.ts";
import { nextTurn, type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

function setUp(given: PoolOptions<string> = {}) {
  const clock = new FakeClock(0);
  const options = resolveOptions<string, Lease<string>>({ clock, ...given });
  const factory = { connect: () => Promise.resolve("new"), destroy: () => {} };
  const slots = new Slots<string>(options.maxSize, "lifo");
  const events = new Events(options.observer);
  const leaks = new Leaks<string>(options, factory, events, () => {});
  const owner: LeaseOwner<string> = { giveBack: () => {}, discard: () => {}, letGo: () => {} };
  const watched: number[] = [];
  const onWatch = () => void watched.push(clock.now());
  const handles = new Handles<string, Lease<string>>({ options, slots, events, leaks, owner, onWatch });
  const slot = slots.add();
  slots.fill(slot, "a");
  return { clock, handles, slot, events, watched };
}

test("a lease is a handle of its slot's connection, and is counted as a use", () => {
  const { handles, slot } = setUp();
  const lease = handles.lease(slot, 0);
  assert.equal(lease.connection, "a");
  assert.deepEqual([slot.state, slot.uses, slot.doomed], [slotStates.leased, 1, undefined]);
});

test("the class of leases can be chosen, but what is shared has a plain handle", () => {
  class Own extends Lease<string> {}
  const { handles, slot } = setUp({ lease: Own });
  assert.ok(handles.lease(slot, 0) instanceof Own);
  const shared = handles.share(slot);
  assert.ok(!(shared instanceof Own));
  assert.deepEqual([shared.connection, slot.state, slot.uses], ["a", slotStates.shared, 1]);
});

test("the last use that is allowed dooms the connection", () => {
  const { handles, slot } = setUp({ maxUses: 2 });
  handles.lease(slot, 0);
  assert.equal(slot.doomed, undefined);
  handles.lease(slot, 0);
  assert.equal(slot.doomed, "uses");
});

test("one lease in 64 is timed, all of them when somebody hears of leases, and none of the shared lane", () => {
  for (const [observer, timed] of [[undefined, 2], [{ release: () => {} }, 128]] as const) {
    const { handles, slot, events, clock } = setUp({ observer } as PoolOptions<string>);
    for (let n = 0; n < 128; n++) {
      handles.lease(slot, 0);
      clock.tick(3);
      assert.ok(handles.end(slot));
    }
    assert.equal(events.metrics.use.count, timed);
    assert.equal(Math.round(events.metrics.use.maxMs), 3);
    handles.share(slot);
    assert.ok(handles.end(slot));
    assert.equal(events.metrics.use.count, timed);
  }
});

test("a lease ends once: its time is not taken again", () => {
  const { handles, slot, events } = setUp({ observer: { release: () => {} } });
  handles.lease(slot, 0);
  assert.ok(handles.end(slot));
  assert.ok(handles.end(slot));
  assert.equal(events.metrics.use.count, 1);
});

test("whoever observes the end may have taken the connection away", () => {
  const parts: { slot?: Slot<string> } = {};
  const { handles, slot } = setUp({
    observer: { release: () => void (parts.slot!.turn = nextTurn(parts.slot!.turn)) },
  });
  parts.slot = slot;
  handles.lease(slot, 0);
  assert.equal(handles.end(slot), false);
});

test("observers hear how long was waited", () => {
  const waits: number[] = [];
  const { handles, slot } = setUp({ observer: { acquire: (waitMs: number) => void waits.push(waitMs) } });
  handles.lease(slot, 0);
  handles.lease(slot, 12);
  assert.deepEqual(waits, [0, 12]);
});

test("where leaks are looked for each lease is watched", () => {
  const { handles, slot, watched, clock } = setUp({ leakDetectionMs: 100 });
  handles.lease(slot, 0);
  handles.end(slot);
  clock.tick(5);
  handles.lease(slot, 0);
  handles.share(slot);
  assert.deepEqual(watched, [0, 5]);
});
