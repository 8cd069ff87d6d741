import assert from "node:assert/strict";
import { test } from "node:test";
import { type Slot, slotMoves, type SlotState, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { Random } from "../support/random.ts";

const { connecting, validating, idle, leased, closing, gone } = slotStates;

/** Makes a slot that went from connecting to each of `path` in turn. */
function make(slots: Slots<string>, connection: string, ...path: SlotState[]): Slot<string> {
  const slot = slots.add();
  slots.fill(slot, connection);
  for (const state of path) slots.move(slot, state);
  return slot;
}

function idleOf(slots: Slots<string>): (string | undefined)[] {
  return [...slots.idle].map(({ connection }) => connection);
}

test("whatever happens, counts, sums, idle ones and connections agree with a plain model", () => {
  const random = new Random(21);
  const slots = new Slots<string>(12, "lifo");
  const model = new Map<Slot<string>, string>();
  for (let step = 0; step < 1500; step++) {
    if (slots.room > 0 && random.chance(0.3)) model.set(make(slots, `c${step}`), `c${step}`);
    else if (model.size > 0) {
      const slot = random.pick([...model.keys()]);
      const to = random.pick(slotMoves[slot.state]);
      const connection = model.get(slot)!;
      slots.move(slot, to);
      if (to === gone) model.delete(slot);
      assert.equal(slots.find(connection), to >= closing ? undefined : slot);
    }
    const states = [...model.keys()].map(({ state }) => state);
    const count = (state: SlotState) => states.filter((other) => other === state).length;
    for (const state of Object.values(slotStates)) assert.equal(slots.count(state), count(state));
    assert.equal(slots.total, states.length);
    assert.equal(slots.room, 12 - states.length);
    assert.equal(slots.open, states.length - count(connecting) - count(closing));
    assert.equal(slots.idle.size, count(idle));
    assert.ok([...slots.idle].every(({ state }) => state === idle));
    assert.deepEqual(new Set(slots), new Set(model.keys()));
  }
});

test("lifo uses the one that became idle last, fifo the one that is idle for longest", () => {
  for (const [order, expected] of [["lifo", "b"], ["fifo", "a"]] as const) {
    const slots = new Slots<string>(5, order);
    assert.equal(slots.nextIdle(), undefined);
    make(slots, "a", idle);
    make(slots, "b", idle);
    assert.equal(slots.nextIdle()?.connection, expected);
  }
});

test("a checked one goes back to the front: the check was no use of it", () => {
  const slots = new Slots<string>(5, "lifo");
  make(slots, "a", idle);
  const b = make(slots, "b", idle);
  slots.move(b, validating);
  slots.move(b, idle);
  assert.deepEqual(idleOf(slots), ["b", "a"]);
  slots.move(b, leased);
  slots.move(b, idle);
  assert.deepEqual(idleOf(slots), ["a", "b"]);
});

test("one that is being closed counts until it is gone, but is no longer found", () => {
  const slots = new Slots<string>(2, "lifo");
  const slot = make(slots, "a", idle, closing);
  assert.equal(slots.find("a"), undefined);
  assert.deepEqual([slots.total, slots.open, slots.room], [1, 0, 1]);
  slots.move(slot, gone);
  assert.deepEqual([slots.total, slots.open, slots.room, [...slots].length], [0, 0, 2, 0]);
});

test("one that never got a connection leaves nothing behind", () => {
  const slots = new Slots<string>(2, "lifo");
  slots.move(slots.add(), gone);
  assert.deepEqual([...slots.counts], [0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(slots.total, 0);
});

test("retiring ones are counted while they are idle", () => {
  const slots = new Slots<string>(5, "lifo");
  const [a, b] = [make(slots, "a", idle), make(slots, "b", idle)];
  slots.retire(a, "lifetime");
  assert.deepEqual([slots.retiring, a.doomed], [1, "lifetime"]);
  slots.move(b, leased);
  assert.equal(slots.retiring, 1);
  slots.move(a, closing);
  assert.equal(slots.retiring, 0);
});

test("slots may leave while all are walked", () => {
  const slots = new Slots<string>(5, "lifo");
  for (const name of ["a", "b", "c"]) make(slots, name, idle);
  const seen: (string | undefined)[] = [];
  for (const slot of slots) {
    seen.push(slot.connection);
    slots.move(slot, closing);
    slots.move(slot, gone);
  }
  assert.deepEqual(seen, ["a", "b", "c"]);
  assert.equal(slots.total, 0);
});

test("a smaller limit leaves no room, not even when it is less than what there is", () => {
  const slots = new Slots<string>(3, "lifo");
  for (const name of ["a", "b"]) make(slots, name, idle);
  slots.maxSize = 1;
  assert.equal(slots.room, -1);
  assert.equal(slots.total, 2);
});
