import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { Closing } from "../../lib/pool/closing.ts";
import { Health } from "../../lib/pool/health.ts";
import { IdleChoice } from "../../lib/pool/idle_choice.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import { type PoolOptions, resolveOptions } from "../../lib/pool/options.ts";
import { type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { WaitingLine } from "../../lib/pool/waiting_line.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

function setUp(given: PoolOptions<string> = {}) {
  const clock = new FakeClock(0);
  const options = resolveOptions<string, Lease<string>>({ clock, maxSize: 5, ...given });
  const closed: string[] = [];
  const factory = {
    connect: () => Promise.resolve("new"),
    validate: () => Promise.resolve(true),
    destroy: () => {},
  };
  const slots = new Slots<string>(options.maxSize, options.idleOrder);
  const deadlines = new Deadlines(clock);
  const line = new WaitingLine<string>(deadlines, 5000, () => new Error("left"));
  const health = new Health(options, factory, clock);
  const onClose = (reason: string) => void closed.push(reason);
  const closing = new Closing({ slots, factory, clock, deadlines, onClose, onGone: () => {} });
  const choice = new IdleChoice({ options, slots, line, health, closing });
  const rest = (connection: string): Slot<string> => {
    const slot = slots.add();
    slots.fill(slot, connection);
    slot.aliveAt = slot.idleSince = slot.bornAt = clock.now();
    slots.move(slot, slotStates.idle);
    return slot;
  };
  return { clock, slots, line, choice, rest, closed };
}

test("where nothing is idle nothing is chosen", () => {
  const { choice } = setUp();
  assert.deepEqual([choice.fresh(), choice.fit(), choice.next()], [undefined, undefined, undefined]);
});

test("the one that became idle last is next, and fresh as long as it bears no mark", () => {
  const { choice, rest } = setUp();
  rest("a");
  const b = rest("b");
  assert.deepEqual([choice.fresh(), choice.fit(), choice.next()], [b, b, b]);
  b.stale = true;
  assert.equal(choice.fresh(), undefined);
});

test("one that bears a mark is fit as long as its proof of life is young", () => {
  const { choice, rest, clock } = setUp({ healthCacheTtlMs: 100 });
  const slot = rest("a");
  slot.stale = true;
  assert.equal(choice.fit(), slot);
  assert.equal(slot.stale, false);
  slot.stale = true;
  clock.tick(100);
  assert.equal(choice.fit(), undefined);
  assert.equal(choice.next(), slot);
});

test("nobody takes one ahead of those who wait", () => {
  const { choice, rest, line } = setUp();
  const slot = rest("a");
  line.join(0);
  assert.deepEqual([choice.fresh(), choice.fit(), choice.next()], [undefined, undefined, slot]);
});

test("without timers what is overdue is closed before one is chosen", () => {
  const { choice, rest, clock, closed, slots } = setUp({ lifecycle: "request", idleTimeoutMs: 100 });
  const first = rest("idle for too long");
  clock.tick(60);
  const second = rest("too old");
  second.expiresAt = 90;
  assert.equal(choice.next(), second);
  clock.tick(30);
  assert.equal(choice.next(), first);
  clock.tick(10);
  assert.equal(choice.next(), undefined);
  assert.deepEqual(closed, ["lifetime", "idle"]);
  assert.equal(slots.total, 0);
});

test("with timers housekeeping does that", () => {
  const { choice, rest, clock } = setUp({ idleTimeoutMs: 100 });
  const slot = rest("a");
  slot.expiresAt = 50;
  clock.tick(200);
  assert.equal(choice.next(), slot);
});

test("one that comes back loses its mark, and without timers its times are noted and its age is looked at", () => {
  for (const lifecycle of ["process", "request"] as const) {
    const { choice, rest, clock } = setUp({ lifecycle });
    const slot = rest("a");
    slot.stale = true;
    slot.expiresAt = 40;
    clock.tick(50);
    choice.returned(slot);
    const isLazy = lifecycle === "request";
    assert.equal(choice.lazy, isLazy);
    assert.equal(slot.stale, false);
    assert.deepEqual([slot.idleSince, slot.aliveAt], isLazy ? [50, 50] : [0, 0]);
    assert.equal(slot.doomed, isLazy ? "lifetime" : undefined);
  }
});
