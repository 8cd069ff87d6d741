import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolMetrics } from "../../lib/pool/metrics.ts";
import { type SlotState, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { countsOf, statsOf } from "../../lib/pool/stats.ts";

const closed = { state: "closed", stateMs: 0 } as const;

function put(slots: Slots<unknown>, state: SlotState, count: number): void {
  for (let n = 0; n < count; n++) {
    const slot = slots.add();
    if (state !== slotStates.connecting) slots.move(slot, state);
  }
}

test("every number comes from where it is counted", () => {
  const slots = new Slots<unknown>(99, "lifo");
  const states = ["connecting", "validating", "idle", "leased", "shared", "resetting", "closing"] as const;
  states.forEach((name, index) => put(slots, slotStates[name], index + 1));
  const metrics = new PoolMetrics();
  Object.assign(metrics, {
    acquiredAtOnce: 11,
    acquiredAfterWait: 12,
    timedOut: 13,
    cancelled: 14,
    refused: 15,
    handOvers: 16,
    leaks: 17,
    unleaked: 22,
  });
  for (let n = 0; n < 18; n++) metrics.connect.record(1);
  for (const code of ["a", "b", "a"]) metrics.connectFailed({ code });
  for (const reason of ["x", "y", "x", "z"]) metrics.closed(reason);
  assert.deepEqual(countsOf(slots, metrics, 20, 21, { state: "half_open", stateMs: 23 }), {
    maxSize: 99,
    minIdle: 20,
    total: 28,
    connecting: 1,
    validating: 2,
    idle: 3,
    leased: 4,
    shared: 5,
    resetting: 6,
    closing: 7,
    waiting: 21,
    circuit: "half_open",
    circuitForMs: 23,
    acquiredAtOnce: 11,
    acquiredAfterWait: 12,
    timedOut: 13,
    cancelled: 14,
    refused: 15,
    handOvers: 16,
    connects: 18,
    connectFailures: 3,
    closes: 4,
    leaks: 17,
    unleaked: 22,
  });
});

test("the counts come with what they are made of, and the times", () => {
  const counts = countsOf(new Slots<unknown>(5, "lifo"), new PoolMetrics(), 0, 0, closed);
  const metrics = new PoolMetrics();
  for (const code of ["a", "b", "a"]) metrics.connectFailed({ code });
  for (const reason of ["x", "__proto__", "x"]) metrics.closed(reason);
  metrics.wait.record(1);
  metrics.connect.record(2);
  metrics.use.record(3);
  const { closesByReason, connectFailuresByCode, wait, connect, use, ...rest } = statsOf(counts, metrics);
  assert.deepEqual(rest, counts);
  assert.deepEqual(Object.entries(closesByReason), [["x", 2], ["__proto__", 1]]);
  assert.deepEqual(connectFailuresByCode, { a: 2, b: 1 });
  assert.deepEqual([wait.p50Ms, connect.p50Ms, use.p50Ms], [1, 2, 3]);
});

test("the numbers are of their instant: what happens later does not change them", () => {
  const slots = new Slots<unknown>(5, "lifo");
  const metrics = new PoolMetrics();
  const before = statsOf(countsOf(slots, metrics, 0, 0, closed), metrics);
  put(slots, slotStates.idle, 2);
  metrics.timedOut++;
  metrics.closed("idle");
  metrics.wait.record(5);
  assert.deepEqual([before.total, before.idle, before.timedOut, before.closes], [0, 0, 0, 0]);
  assert.deepEqual([before.closesByReason, before.wait.count, before.wait.countUpTo(10)], [{}, 0, 0]);
});
