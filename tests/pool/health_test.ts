import assert from "node:assert/strict";
import { test } from "node:test";
import type { Factory } from "../../lib/pool/factory.ts";
import { Health, type HealthOptions } from "../../lib/pool/health.ts";
import type { IdleFacts } from "../../lib/pool/options.ts";
import { Slot } from "../../lib/pool/slot.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

const defaults: HealthOptions = { healthCacheTtlMs: 100, validate: "auto", keepaliveMs: 500, lifecycle: "process" };

/** A slot whose connection was proven alive now, and its health. `factory` may leave out `validate`. */
function setUp(change: Partial<HealthOptions> = {}, factory: Partial<Factory<string>> = {}) {
  const clock = new FakeClock();
  const health = new Health<string>(
    { ...defaults, ...change },
    {
      connect: () => Promise.reject(new Error("unused")),
      destroy: () => {},
      validate: () => Promise.resolve(true),
      ...factory,
    } as Factory<string>,
    clock,
  );
  const slot = new Slot<string>();
  slot.connection = "a";
  slot.bornAt = slot.aliveAt = clock.now();
  return { clock, health, slot };
}

const noValidate = { validate: undefined } as unknown as Partial<Factory<string>>;

test("by itself a mark decides, and none is needed where nothing is ever checked", () => {
  const cases: [Partial<HealthOptions>, Partial<Factory<string>>, byMark: boolean, ages: boolean][] = [
    [{}, {}, true, true],
    [{ validate: "never" }, {}, true, false],
    [{}, noValidate, true, false],
    [{ validate: "always" }, {}, false, false],
    [{ validate: () => true }, {}, false, false],
    [{ healthCacheTtlMs: 0 }, {}, false, false],
    [{ lifecycle: "request" }, {}, false, false],
    [{ lifecycle: "request", validate: "never" }, {}, false, false],
  ];
  for (const [change, factory, byMark, ages] of cases) {
    const { health } = setUp(change, factory);
    assert.deepEqual([health.byMark, health.ages], [byMark, ages], JSON.stringify(change));
  }
});

test("a marked connection is checked once its proof of life is too old", () => {
  const { health, slot, clock } = setUp();
  clock.tick(99);
  slot.stale = true;
  assert.equal(health.needsCheck(slot), false);
  assert.equal(slot.stale, false, "the mark was premature");
  clock.tick(1);
  slot.stale = true;
  assert.equal(health.needsCheck(slot), true);
});

test("a connection without a mark is leased unasked, and the clock is not looked at", () => {
  const { health, slot, clock } = setUp();
  clock.tick(1_000_000);
  clock.now = () => assert.fail("the clock was read");
  assert.equal(health.needsCheck(slot), false);
});

test("without marks the clock decides at each lease", () => {
  const { health, slot, clock } = setUp({ lifecycle: "request" });
  clock.tick(99);
  assert.equal(health.needsCheck(slot), false);
  clock.tick(1);
  assert.equal(health.needsCheck(slot), true);
});

test("with no time for which a proof counts each lease is checked", () => {
  const { health, slot } = setUp({ healthCacheTtlMs: 0 });
  assert.equal(health.needsCheck(slot), true);
});

test("always and never mean it, and nothing is checked that cannot be", () => {
  const always = setUp({ validate: "always" });
  assert.equal(always.health.needsCheck(always.slot), true);
  for (const [change, factory] of [[{ validate: "never" }, {}], [{ validate: "always" }, noValidate]] as const) {
    for (const lifecycle of ["process", "request"] as const) {
      const { health, slot, clock } = setUp({ ...change, lifecycle }, factory);
      clock.tick(1_000_000);
      slot.stale = true;
      assert.equal(health.needsCheck(slot), false);
    }
  }
});

test("a function is told what is known and decides; one that throws is taken for a yes", () => {
  const facts: IdleFacts[] = [];
  const { health, slot, clock } = setUp({ validate: (known) => (facts.push(known), known.silentMs > 50) });
  slot.uses = 3;
  clock.tick(30);
  health.prove(slot);
  clock.tick(40);
  assert.equal(health.needsCheck(slot), false);
  clock.tick(20);
  assert.equal(health.needsCheck(slot), true);
  assert.deepEqual(facts, [{ silentMs: 40, ageMs: 70, uses: 3 }, { silentMs: 60, ageMs: 90, uses: 3 }]);
  const throwing = setUp({
    validate: () => {
      throw new Error("mine");
    },
  });
  assert.equal(throwing.health.needsCheck(throwing.slot), true);
});

test("a check that went well is a proof of life", () => {
  const { health, slot, clock } = setUp();
  clock.tick(400);
  slot.stale = true;
  health.prove(slot);
  assert.deepEqual([slot.stale, health.aliveAt(slot)], [false, 1400]);
});

test("being used proves life, unless the connection keeps account of that itself", () => {
  const plain = setUp();
  plain.health.used(plain.slot, 1300);
  assert.equal(plain.health.aliveAt(plain.slot), 1300);
  const precise = setUp({}, { lastAliveMs: () => 1100 });
  precise.health.used(precise.slot, 1300);
  assert.equal(precise.health.aliveAt(precise.slot), 1100);
});

test("what the connection says counts when it is later than what the pool saw", () => {
  let said = 900;
  const { health, slot } = setUp({}, { lastAliveMs: (connection) => connection === "a" ? said : NaN });
  assert.equal(health.aliveAt(slot), 1000);
  said = 1234;
  assert.equal(health.aliveAt(slot), 1234);
});

test("a marked connection that comes back from its user is fresh, unless it says otherwise", () => {
  const plain = setUp();
  plain.clock.tick(400);
  plain.slot.stale = true;
  plain.health.returned(plain.slot);
  assert.equal(plain.slot.stale, false);
  for (const [said, stale] of [[1390, false], [1000, true]] as const) {
    const { health, slot, clock } = setUp({}, { lastAliveMs: () => said });
    clock.tick(400);
    slot.stale = true;
    health.returned(slot);
    assert.equal(slot.stale, stale);
  }
});

test("ageing marks what is too old, and says when the rest will be", () => {
  const { health, slot } = setUp();
  assert.equal(health.age(slot, 1040), 1100);
  assert.equal(slot.stale, false);
  assert.equal(health.age(slot, 1100), Infinity);
  assert.equal(slot.stale, true);
});

test("a keepalive is due after the slot's own part of the time, and never where nothing can be asked", () => {
  const { health, slot } = setUp();
  slot.patience = 0.9;
  assert.equal(health.silentAt(slot), 1450);
  for (const { health, slot } of [setUp({ keepaliveMs: 0 }), setUp({}, noValidate)]) {
    assert.equal(health.silentAt(slot), Infinity);
  }
});
