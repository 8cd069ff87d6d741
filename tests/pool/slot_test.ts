import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, Slot, slotMoves, type SlotState, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { Random } from "../support/random.ts";
import { setUp, watch } from "./set_up.ts";

const names = Object.keys(slotStates);

/** Notes every move that is made anywhere while `fn` runs, as `from→to`. */
async function movesDuring(fn: () => Promise<void>): Promise<Set<string>> {
  const seen = new Set<string>();
  const { move } = Slots.prototype;
  Slots.prototype.move = function (slot: Slot<unknown>, to: SlotState) {
    seen.add(`${names[slot.state]}→${names[to]}`);
    move.call(this, slot, to);
  };
  try {
    await fn();
  } finally {
    Slots.prototype.move = move;
  }
  return seen;
}

/** A caller, a factory and an operator who do what they like. */
async function play(seed: number): Promise<void> {
  const random = new Random(seed);
  const { pool, clock, factory } = setUp({
    maxSize: 3,
    minIdle: random.int(0, 2),
    validate: seed % 2 === 0 ? "auto" : "always",
    healthCacheTtlMs: 20,
    keepaliveMs: 30,
    maxLifetimeMs: 200,
    random: random.next,
  });
  for (const kind of ["connect", "validate", "reset", "destroy"] as const) factory.held.add(kind);
  const take = <T>(list: T[]) => list.splice(random.int(0, list.length - 1), 1)[0];
  const leases: { release(): void; destroy(): void; detach(): unknown }[] = [];
  const acts = [
    () => watch(pool.acquire().then((lease) => leases.push(lease))),
    () => watch(pool.reserve({ urgent: random.chance(0.5) }).then((lease) => leases.push(lease))),
    () => take(leases)?.release(),
    () => take(leases)?.release(),
    () => take(leases)?.destroy(),
    () => random.chance(0.3) && take(leases)?.detach(),
    () => [...factory.open].forEach((connection) => connection.clean = random.chance(0.5)),
    () => take(factory.pending.slice())?.pass(),
    () => take(factory.pending.slice())?.pass(),
    () => random.chance(0.3) && take(factory.pending.slice())?.fail(new Error("refused")),
    () => clock.advance(random.int(0, 30)),
    () => random.chance(0.05) && pool.invalidate("moved"),
    () => random.chance(0.1) && pool.suspend(),
    () => pool.resume(),
  ];
  for (let step = 0; step < 1200; step++) {
    await random.pick(acts)();
    for (let turn = 0; turn < 4; turn++) await undefined;
  }
  factory.held.clear();
  for (const call of [...factory.pending]) call.pass();
  await pool.destroy();
}

test("a pool makes no move but those of the table", async () => {
  const allowed = new Set<string>();
  for (const from of Object.values(slotStates)) {
    for (const to of slotMoves[from]) allowed.add(`${names[from]}→${names[to]}`);
  }
  const seen = await movesDuring(async () => {
    for (let seed = 1; seed <= 4; seed++) await play(seed);
  });
  assert.deepEqual([...seen].filter((move) => !allowed.has(move)), []);
  assert.ok(seen.size > 30, `it made ${[...seen].join(", ")}`);
});

test("every move of the table is one that a pool makes", async () => {
  const seen = await movesDuring(async () => {
    for (let seed = 1; seed <= 12; seed++) await play(seed);
  });
  const unseen = Object.values(slotStates).flatMap((from) =>
    slotMoves[from].map((to) => `${names[from]}→${names[to]}`).filter((move) => !seen.has(move))
  );
  assert.deepEqual(unseen, []);
});

test("the states are numbered so that what is in use, free and ending can be told apart by order", () => {
  const { connecting, validating, idle, leased, shared, resetting, closing, gone } = slotStates;
  assert.deepEqual([connecting, validating, idle, leased, shared, resetting, closing, gone], [0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a new slot connects, is kept, and was never used", () => {
  const slot = new Slot<string>();
  assert.equal(slot.state, slotStates.connecting);
  assert.equal(slot.connection, undefined);
  assert.equal(slot.doomed, undefined);
  assert.deepEqual([slot.stale, slot.touched, slot.uses, slot.expiresAt], [false, false, 0, Infinity]);
  assert.ok(slot.leasedAt < 0, "nobody holds it");
  assert.notEqual(slot.leakedTurn, slot.turn);
});

test("turns differ from one owner to the next, stay small, and never look like none", () => {
  const last = 0x3fffffff;
  assert.equal(nextTurn(0), 1);
  assert.equal(nextTurn(last - 1), last);
  assert.equal(nextTurn(last), 0);
  assert.ok(nextTurn(last) > new Slot<string>().leakedTurn);
});
