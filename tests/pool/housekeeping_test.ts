import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";
import { type FakeConnection, FakeFactory } from "./fake_factory.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

/** Opens `count` connections and leaves them idle. */
async function fill(pool: Pool<FakeConnection>, count: number): Promise<void> {
  for (const lease of await acquireAll(pool, count)) lease.release();
}

test("an idle connection is asked for a sign of life within its time, a little earlier at random", async () => {
  const random = new Random(3);
  const asked: number[] = [];
  for (let n = 0; n < 200; n++) {
    const { pool, clock, factory } = setUp({ keepaliveMs: 5000, healthCacheTtlMs: 0, random: random.next });
    await fill(pool, 1);
    const [connection] = factory.open;
    const start = clock.now();
    while (connection!.validations === 0) await clock.advance(25);
    asked.push(clock.now() - start);
  }
  // The round that notes the release comes up to a quarter later, and rounds are not closer than an eighth.
  assert.ok(
    Math.min(...asked) >= 4500 && Math.max(...asked) <= 5000 * 1.4,
    `${Math.min(...asked)} ${Math.max(...asked)}`,
  );
  assert.ok(Math.max(...asked) - Math.min(...asked) > 300, "spread");
});

test("a dead idle connection is found and replaced, a live one is kept", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 4, minIdle: 2, keepaliveMs: 1000 });
  await pool.ready();
  const [dead, live] = [...factory.open];
  dead!.fit = false;
  await clock.advance(3000);
  assert.deepEqual([dead!.ended, live!.ended, pool.stats().idle], [true, false, 2]);
  assert.equal(pool.metrics.closes.get("validation"), 1);
});

test("a connection that does not answer in time is closed", async () => {
  const { pool, clock, factory } = setUp({ keepaliveMs: 1000, validateTimeoutMs: 200 });
  await fill(pool, 1);
  factory.held.add("validate");
  await clock.advance(1300);
  assert.equal(pool.stats().validating, 1);
  await clock.advance(300);
  assert.equal(pool.stats().total, 0);
});

test("whoever comes while the only idle connection is being asked gets it when it answers", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 1, keepaliveMs: 1000 });
  await fill(pool, 1);
  factory.held.add("validate");
  await clock.advance(1300);
  const lease = watch(pool.acquire());
  factory.pass("validate");
  await clock.settle();
  assert.equal(lease.value?.connection.id, 1);
});

test("a connection that says itself when it was alive is not asked while it is", async () => {
  const clock = new FakeClock();
  class Talkative extends FakeFactory {
    lastAliveMs(): number {
      return clock.now() - 100;
    }
  }
  const factory = new Talkative(clock);
  const pool = new Pool(factory, { clock, keepaliveMs: 1000 });
  await fill(pool, 2);
  await clock.advance(60_000);
  assert.ok([...factory.open].every(({ validations }) => validations === 0));
  assert.equal(factory.open.size, 2);
});

test("leased connections are not asked, and neither is anything when that is off", async () => {
  const { pool, clock, factory } = setUp({ keepaliveMs: 1000 });
  await pool.acquire();
  await clock.advance(20_000);
  assert.ok([...factory.open].every(({ validations }) => validations === 0));
  const off = setUp({ keepaliveMs: 0 });
  await fill(off.pool, 1);
  await off.clock.advance(20_000);
  assert.ok([...off.factory.open].every(({ validations }) => validations === 0));
});

test("connections idle for too long are closed, but as many stay as are kept idle", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 10, minIdle: 3, idleTimeoutMs: 10_000, maxLifetimeMs: 0 });
  await fill(pool, 10);
  await clock.advance(9000);
  assert.equal(pool.stats().idle, 10);
  await clock.advance(5000);
  assert.equal(pool.stats().idle, 3);
  assert.equal(pool.metrics.closes.get("idle"), 7);
  await clock.advance(100_000);
  assert.deepEqual([pool.stats().idle, factory.connects], [3, 10]);
});

test("a connection that was reset after its use was not idle before", async () => {
  const { pool, clock } = setUp({ idleTimeoutMs: 10_000, maxLifetimeMs: 0, keepaliveMs: 0 });
  await fill(pool, 1);
  await clock.advance(8000);
  const lease = await pool.acquire();
  lease.connection.clean = false;
  lease.release();
  await clock.advance(8000);
  assert.equal(pool.stats().idle, 1);
  await clock.advance(5000);
  assert.equal(pool.stats().idle, 0);
});

test("the ones that were idle for longest go, not the ones in use", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 6, idleTimeoutMs: 10_000, keepaliveMs: 1000 });
  await fill(pool, 6);
  for (let n = 0; n < 30; n++) {
    await pool.use(() => clock.advance(10));
    await clock.advance(490);
  }
  assert.equal(pool.stats().idle, 1);
  assert.equal([...factory.open][0]!.id, 6);
});

test("a busy pool shrinks after a burst", async () => {
  const { pool, clock } = setUp({ maxSize: 20, idleTimeoutMs: 5000 });
  await fill(pool, 20);
  for (let n = 0; n < 20; n++) {
    await pool.use(() => clock.advance(500));
    await clock.advance(500);
  }
  assert.ok(pool.stats().total <= 2, `${pool.stats().total}`);
});

test("Q07: a hundred connections made together are retired over a tenth of their life and never while in use", async () => {
  const { pool, clock, factory } = setUp({
    maxSize: 110,
    minIdle: 100,
    maxConcurrentConnects: 0,
    maxLifetimeMs: 100_000,
    keepaliveMs: 0,
    random: new Random(17).next,
  });
  await pool.ready();
  const firstIds = new Set([...factory.open].map(({ id }) => id));
  const retiredAt = new Map<number, number>();
  const held = await acquireAll(pool, 5);
  let fewest = Infinity;
  for (let ms = 0; ms < 110_000; ms += 250) {
    await clock.advance(250);
    fewest = Math.min(fewest, pool.stats().idle);
    for (const { id } of factory.destroyed) {
      if (firstIds.has(id) && !retiredAt.has(id)) retiredAt.set(id, clock.now());
    }
    assert.ok(held.every(({ connection }) => !connection.ended));
  }
  const times = [...retiredAt.values()].map((at) => at - 1000);
  assert.equal(times.length, 95);
  assert.ok(Math.max(...times) - Math.min(...times) >= 10_000);
  assert.ok(Math.max(...times) <= 101_000, "the limit is the upper bound");
  assert.ok(fewest >= 99, `${fewest} idle`);
  for (const lease of held) lease.release();
  assert.equal(held.filter(({ released }) => released).length, 5);
  assert.equal(pool.metrics.closes.get("lifetime")! >= 100, true);
});

test("an old connection that is needed is closed only when there is another in its place", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 2, minIdle: 1, maxLifetimeMs: 10_000, maxLifetimeJitter: 0 });
  await pool.ready();
  factory.held.add("connect");
  await clock.advance(12_000);
  assert.deepEqual([pool.stats().idle, pool.stats().connecting], [1, 1]);
  factory.pass("connect");
  await clock.settle();
  assert.deepEqual([pool.stats().idle, pool.stats().total], [1, 1]);
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1]);
  assert.equal(pool.metrics.closes.get("lifetime"), 1);
});

test("when there is no room for both it is closed first", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 1, minIdle: 1, maxLifetimeMs: 10_000, maxLifetimeJitter: 0 });
  await pool.ready();
  await clock.advance(12_000);
  assert.deepEqual([pool.stats().idle, factory.destroyed.length, factory.mostSockets], [1, 1, 1]);
});

test("an old connection that waits for its replacement may still be leased, and is closed on its return", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 2, minIdle: 1, maxLifetimeMs: 10_000, maxLifetimeJitter: 0 });
  await pool.ready();
  factory.held.add("connect");
  await clock.advance(12_000);
  const lease = pool.tryAcquire()!;
  assert.equal(lease.connection.id, 1);
  factory.pass("connect");
  await clock.settle();
  assert.equal(lease.connection.ended, false);
  lease.release();
  await clock.settle();
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1]);
  assert.equal(pool.stats().idle, 1);
});

test("a connection that grows old in use is closed when it comes back", async () => {
  const { pool, clock, factory } = setUp({ maxLifetimeMs: 10_000 });
  const lease = await pool.acquire();
  await clock.advance(30_000);
  assert.equal(lease.connection.ended, false);
  lease.release();
  assert.equal(factory.destroyed.length, 1);
});

test("the shared lane is told when its connection grows old", async () => {
  const retired: string[] = [];
  const { pool, clock } = setUp({ maxLifetimeMs: 10_000, onRetire: (_, reason) => retired.push(reason) });
  await pool.reserve({ urgent: true });
  await clock.advance(13_000);
  assert.deepEqual(retired, ["lifetime"]);
});

test("whoever shares a connection is told each time it was silent for too long", async () => {
  const silent: number[] = [];
  const { pool, clock } = setUp({ keepaliveMs: 1000, onSilent: () => silent.push(clock.now()) });
  const lane = await pool.reserve({ urgent: true });
  await clock.advance(5000);
  assert.ok(silent.length >= 3 && silent.length <= 5, `${silent}`);
  lane.release();
  const { length } = silent;
  await clock.advance(5000);
  assert.equal(silent.length, length);
});

test("the life times of a thousand pools are spread over a fifth of the limit, and none is longer", async () => {
  const random = new Random(5);
  const clock = new FakeClock();
  const ends: number[] = [];
  for (let n = 0; n < 1000; n++) {
    const factory = new FakeFactory(clock);
    const observer = { close: () => ends.push(clock.now()) };
    const pool = new Pool(factory, {
      clock,
      random: random.next,
      observer,
      maxLifetimeMs: 1_000_000,
      keepaliveMs: 0,
      idleTimeoutMs: 0,
      healthCacheTtlMs: 0,
    });
    await pool.ready();
  }
  clock.tick(1_100_000);
  assert.equal(ends.length, 1000);
  const spread = Math.max(...ends) - Math.min(...ends);
  assert.ok(spread >= 200_000, `${spread}`);
  // Rounds of a pool are up to ten seconds apart.
  assert.ok(Math.max(...ends) <= 1000 + 1_000_000 + 10_001);
  for (let tenth = 0; tenth < 10; tenth++) {
    const from = 751_000 + tenth * 25_000;
    const count = ends.filter((end) => end >= from && end < from + 25_000).length;
    assert.ok(count > 60 && count < 140, `${count} of 1000 in tenth ${tenth}`);
  }
});

test("no timer runs while nothing can become due, and none ever keeps the process alive", async () => {
  const { pool, clock } = setUp({ idleTimeoutMs: 1000, keepaliveMs: 0, maxLifetimeMs: 0, healthCacheTtlMs: 0 });
  assert.equal(clock.timers, 0);
  await fill(pool, 3);
  assert.equal(clock.timers, 2);
  await clock.advance(400);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 0]);
  await clock.advance(2000);
  assert.deepEqual([pool.stats().total, clock.timers], [0, 0]);
  const off = setUp({ idleTimeoutMs: 0, keepaliveMs: 0, maxLifetimeMs: 0, healthCacheTtlMs: 0 });
  await fill(off.pool, 3);
  await off.clock.advance(300);
  assert.equal(off.clock.timers, 0);
});

test("there is one timer however many connections there are", async () => {
  const { pool, clock } = setUp({ maxSize: 50, maxConcurrentConnects: 0 });
  await fill(pool, 50);
  for (let n = 0; n < 100; n++) {
    await clock.advance(100);
    assert.ok(clock.timers <= 2, "one for housekeeping, one for deadlines");
    await pool.use(() => {});
  }
});

test("a pool that is used all the time makes a handful of rounds a second", async () => {
  let armed = 0;
  const fake = new FakeClock();
  const clock = {
    now: () => fake.now(),
    clearTimer: (timer: unknown) => fake.clearTimer(timer),
    setTimer: (fn: () => void, ms: number, ref: boolean) => (armed++, fake.setTimer(fn, ms, ref)),
  };
  const pool = new Pool(new FakeFactory(fake), { clock });
  await pool.ready();
  armed = 0;
  for (let n = 0; n < 10_000; n++) {
    await pool.use(() => {});
    fake.tick(1);
  }
  assert.ok(armed <= 80, `${armed} timers in ten seconds`);
});

test("a suspended pool is looked after all the same", async () => {
  const { pool, clock } = setUp({ idleTimeoutMs: 1000 });
  await fill(pool, 2);
  pool.suspend();
  await clock.advance(3000);
  assert.equal(pool.stats().total, 0);
});
