import assert from "node:assert/strict";
import { test } from "node:test";
import { slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { Stillborn } from "../../lib/pool/stillborn.ts";

function setUp() {
  const slots = new Slots<string>(5, "lifo");
  const stillborn = new Stillborn(slots);
  const arrive = (slot: ReturnType<typeof slots.add>, connection: string) => {
    slots.fill(slot, connection);
    const reason = stillborn.reasonFor(slot);
    stillborn.forget(slot);
    slots.move(slot, slotStates.idle);
    return reason;
  };
  return { slots, stillborn, arrive };
}

test("what is declared unfit while it is being made is unfit when it comes, once", () => {
  const { slots, stillborn, arrive } = setUp();
  const [first, second] = [slots.add(), slots.add()];
  stillborn.add("b", "broken");
  assert.equal(arrive(first, "a"), undefined);
  assert.equal(arrive(second, "b"), "broken");
  assert.equal(stillborn.size, 0);
});

test("nothing is remembered when nothing is being made", () => {
  const { slots, stillborn } = setUp();
  stillborn.add("a", "broken");
  slots.move(slots.add(), slotStates.gone);
  stillborn.add("a", "broken");
  assert.equal(stillborn.size, 0);
});

test("an attempt that began later is not meant", () => {
  const { slots, stillborn, arrive } = setUp();
  const first = slots.add();
  stillborn.add("a", "broken");
  assert.equal(arrive(slots.add(), "a"), undefined);
  assert.equal(stillborn.size, 1);
  assert.equal(arrive(first, "a"), "broken");
});

test("however long attempts overlap, nothing is remembered longer than the attempts it was declared during", () => {
  const { slots, stillborn, arrive } = setUp();
  let oldest = slots.add();
  for (let n = 0; n < 100; n++) {
    const next = slots.add();
    stillborn.add(`foreign ${n}`, "broken");
    arrive(oldest, `${n}`);
    slots.move(oldest, slotStates.gone);
    oldest = next;
    assert.ok(stillborn.size <= 2, `${stillborn.size}`);
  }
  slots.move(oldest, slotStates.gone);
  stillborn.forget();
  assert.equal(stillborn.size, 0);
});
