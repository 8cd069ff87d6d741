import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { Closing } from "../../lib/pool/closing.ts";
import { type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

/** A part that ends connections by `destroy`, and what it did. */
function setUp(destroy: (connection: string) => void | Promise<void>) {
  const clock = new FakeClock();
  const slots = new Slots<string>(5, "lifo");
  const told: string[] = [];
  const closing = new Closing<string>({
    slots,
    factory: { connect: () => Promise.reject(new Error("unused")), destroy },
    clock,
    deadlines: new Deadlines(clock),
    onClose: (reason) => told.push(`close ${reason}`),
    onGone: () => told.push("gone"),
  });
  const idle = () => {
    const slot = slots.add();
    slots.fill(slot, "a");
    slots.move(slot, slotStates.idle);
    return slot;
  };
  return { clock, slots, told, closing, idle };
}

/** A promise and its ends. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((...ends) => [resolve, reject] = ends);
  return { promise, resolve, reject };
}

function stateOf(slot: Slot<string>): string | undefined {
  return Object.keys(slotStates)[slot.state];
}

test("an end that takes no time frees the slot at once and needs no timer", () => {
  const { closing, clock, told, slots, idle } = setUp(() => {});
  closing.close(idle(), "idle");
  assert.deepEqual(told, ["close idle", "gone"]);
  assert.deepEqual([slots.total, clock.timers], [0, 0]);
});

test("a slot counts until the end of its connection is over, whether it goes well or not", async () => {
  for (const outcome of ["resolve", "reject"] as const) {
    const end = deferred<void>();
    const { closing, clock, told, slots, idle } = setUp(() => end.promise);
    const slot = idle();
    closing.close(slot, "idle");
    await clock.advance(4900);
    assert.deepEqual([stateOf(slot), slots.total, slots.open], ["closing", 1, 0]);
    end[outcome](undefined);
    await clock.settle();
    assert.deepEqual([stateOf(slot), slots.total], ["gone", 0]);
    await clock.advance(10_000);
    assert.deepEqual(told, ["close idle", "gone"]);
    assert.equal(clock.timers, 0);
  }
});

test("a connection that cannot be ended costs its slot for five seconds, not for good", async () => {
  const end = deferred<void>();
  const { closing, clock, told, slots, idle } = setUp(() => end.promise);
  closing.close(idle(), "idle");
  await clock.advance(4999);
  assert.equal(slots.total, 1);
  await clock.advance(20);
  assert.equal(slots.total, 0);
  end.resolve();
  await clock.settle();
  assert.deepEqual(told, ["close idle", "gone"]);
});

test("an end that throws is an end", () => {
  const { closing, slots, idle } = setUp(() => {
    throw new Error("mine");
  });
  closing.close(idle(), "idle");
  assert.equal(slots.total, 0);
});

test("whoever holds the connection holds it no longer", () => {
  const { closing, slots, idle } = setUp(() => {});
  const slot = idle();
  slots.move(slot, slotStates.leased);
  const { turn } = slot;
  closing.close(slot, "leak");
  assert.notEqual(slot.turn, turn);
});

test("the reason is told before the connection ends, and the slot is on its way out by then", () => {
  const order: string[] = [];
  const { closing, told, slots, idle } = setUp((connection) => {
    order.push(...told, `destroy ${connection}`, `closing ${slots.count(slotStates.closing)}`);
  });
  closing.close(idle(), "idle");
  assert.deepEqual(order, ["close idle", "destroy a", "closing 1"]);
});

test("a connect that was given up keeps its slot until its connection has come and gone", async () => {
  const connected = deferred<string>();
  const end = deferred<void>();
  const destroyed: string[] = [];
  const { closing, clock, told, slots } = setUp((connection) => {
    destroyed.push(connection);
    return end.promise;
  });
  const slot = slots.add();
  closing.abandon(slot, connected.promise);
  assert.equal(stateOf(slot), "closing");
  connected.resolve("late");
  await clock.settle();
  assert.deepEqual(destroyed, ["late"]);
  assert.equal(stateOf(slot), "closing");
  end.resolve();
  await clock.settle();
  assert.equal(stateOf(slot), "gone");
  assert.deepEqual(told, ["gone"], "no connection was closed that the pool ever had");
});

test("a connect that was given up and fails frees its slot", async () => {
  const connected = deferred<string>();
  const { closing, clock, slots } = setUp(() => {});
  closing.abandon(slots.add(), connected.promise);
  connected.reject(new Error("refused"));
  await clock.settle();
  assert.equal(slots.total, 0);
  await clock.advance(201);
  assert.equal(clock.timers, 0);
});

test("a connect that never ends costs its slot for five seconds, and what still comes of it is destroyed", async () => {
  const connected = deferred<string>();
  const destroyed: string[] = [];
  const { closing, clock, slots, told } = setUp((connection) => void destroyed.push(connection));
  closing.abandon(slots.add(), connected.promise);
  await clock.advance(4999);
  assert.equal(slots.total, 1);
  await clock.advance(20);
  assert.equal(slots.total, 0);
  connected.resolve("very late");
  await clock.settle();
  assert.deepEqual(destroyed, ["very late"]);
  assert.deepEqual(told, ["gone"]);
});
