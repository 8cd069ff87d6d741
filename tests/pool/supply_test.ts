import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

const refused = new Error("refused");

test("some are kept idle beside those in use, up to the size", async () => {
  const { pool, clock } = setUp({ maxSize: 10, minIdle: 5 });
  await pool.ready();
  const leases = await acquireAll(pool, 7);
  await clock.settle();
  assert.deepEqual([pool.stats().total, pool.stats().idle], [10, 3]);
  for (const lease of leases) lease.release();
  assert.deepEqual([pool.stats().total, pool.stats().idle], [10, 10]);
});

for (const minIdle of [1, 32]) {
  test(`${minIdle} are kept idle after an acquire, a release and a loss`, async () => {
    const { pool, clock } = setUp({ maxSize: 100, minIdle });
    await pool.ready();
    assert.equal(pool.stats().idle, minIdle);
    const [first, second] = await acquireAll(pool, 2);
    await clock.settle();
    assert.equal(pool.stats().idle, minIdle);
    first!.destroy();
    await clock.settle();
    assert.equal(pool.stats().idle, minIdle);
    second!.release();
    await clock.settle();
    assert.equal(pool.stats().idle, minIdle + 1);
  });
}

test("nothing is kept idle before the pool is first used or warmed", async () => {
  const { factory, clock } = setUp({ minIdle: 3 });
  await clock.advance(10_000);
  assert.equal(factory.connects, 0);
});

test("after every kind of loss as many are idle as before", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 8, minIdle: 3 });
  await pool.ready();
  const losses: Record<string, () => unknown> = {
    poisoned: () => pool.poison([...factory.open][0]!, "lost"),
    invalidated: () => pool.invalidate("moved"),
    destroyed: () => pool.tryAcquire()!.destroy(),
    detached: () => pool.tryAcquire()!.detach(),
    unfit: () => pool.use((lease) => void (lease.connection.fit = false)),
  };
  for (const [kind, lose] of Object.entries(losses)) {
    await lose();
    await clock.advance(20_000);
    assert.equal(pool.stats().idle, 3, kind);
    assert.equal(pool.stats().total, 3, kind);
  }
});

test("a loss while as many are idle as wanted makes no more than one connect", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 8, minIdle: 2 });
  await pool.ready();
  factory.held.add("connect");
  pool.tryAcquire()!.destroy();
  pool.poison([...factory.open][0]!, "lost");
  await clock.settle();
  assert.equal(factory.connecting, 2);
  factory.held.clear();
  factory.pass("connect");
  await clock.advance(1000);
  assert.deepEqual([pool.stats().idle, factory.connects], [2, 4]);
});

test("refilling keeps to the number of connects at a time", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 20, minIdle: 12, maxConcurrentConnects: 3 });
  factory.connectMs = 10;
  const warmed = watch(pool.ready());
  await clock.advance(50);
  assert.equal(warmed.state, "resolved");
  factory.mostConnecting = 0;
  pool.invalidate("moved");
  await clock.advance(50);
  assert.deepEqual([factory.mostConnecting, pool.stats().idle], [3, 12]);
});

test("refilling stands down while the circuit is open and goes on when it is closed, without any caller", async () => {
  const { pool, factory, clock } = setUp({ minIdle: 4, random: () => 1 - 1e-9 });
  await pool.ready();
  factory.failure = () => refused;
  const before = factory.connects;
  pool.invalidate("lost");
  await clock.advance(10_000);
  // Four that began together, then one probe now and then.
  assert.ok(factory.connects - before <= 4 + 12, `${factory.connects - before} attempts`);
  factory.failure = () => undefined;
  await clock.advance(1010);
  assert.equal(pool.stats().idle, 4);
});

test("the timer of a refill that waits does not keep the process alive, that of a caller does", async () => {
  const { pool, factory, clock } = setUp({ minIdle: 1, random: () => 1 - 1e-9 });
  await pool.ready();
  factory.failure = () => refused;
  pool.invalidate("lost");
  await clock.advance(2300);
  assert.deepEqual([clock.timers > 0, clock.refTimers], [true, 0]);
  watch(pool.reserve({ urgent: true }));
  assert.equal(clock.refTimers, 1);
});

test("a caller during warming is served by the first connection", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, maxConcurrentConnects: 1 });
  factory.connectMs = 50;
  const warmed = watch(pool.warm(5));
  await clock.advance(10);
  const lease = watch(pool.acquire());
  await clock.advance(45);
  assert.equal(lease.value?.connection.id, 1);
  await clock.advance(250);
  assert.equal(warmed.state, "resolved");
  assert.equal(pool.stats().total, 5);
});

test("several may warm at once, each to his own number", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, maxConcurrentConnects: 1 });
  factory.connectMs = 10;
  const outcomes = [3, 1, 2].map((count) => watch(pool.warm(count)));
  const states = () => outcomes.map(({ state }) => state[0]).join("");
  await clock.advance(11);
  assert.equal(states(), "prp");
  await clock.advance(10);
  assert.equal(states(), "prr");
  await clock.advance(10);
  assert.equal(states(), "rrr");
  assert.equal(factory.connects, 3);
});

test("connections that are in use count for warming", async () => {
  const { pool, factory } = setUp({ maxSize: 10 });
  await acquireAll(pool, 3);
  await pool.warm(3);
  assert.equal(factory.connects, 3);
});

test("warming that failed is not gone on with", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, maxConcurrentConnects: 1 });
  factory.failure = (attempt) => attempt === 2 ? refused : undefined;
  await assert.rejects(pool.warm(5), (error) => error === refused);
  await clock.advance(5000);
  assert.deepEqual([factory.connects, pool.stats().idle], [2, 1]);
  await pool.warm(5);
  assert.equal(pool.stats().idle, 5);
});

test("a burst of short uses while connecting is slow does not open a connection per caller", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 50 });
  factory.connectMs = 150;
  let served = 0;
  for (let n = 0; n < 50; n++) {
    pool.acquire().then((lease) => {
      served++;
      clock.setTimer(() => lease.release(), 2, true);
    });
  }
  await clock.advance(400);
  assert.equal(served, 50);
  assert.ok(factory.connects <= 8, `${factory.connects} connects`);
});

test("a connection that comes back makes a planned connect needless", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, random: () => 1 - 1e-9 });
  const held = await pool.acquire();
  factory.failure = () => refused;
  const waiting = watch(pool.acquire());
  await clock.advance(10);
  held.release();
  await clock.advance(5000);
  assert.equal(waiting.state, "resolved");
  assert.equal(factory.connects, 2);
  assert.equal(clock.refTimers, 0);
});

test("broken connections do not starve those who wait", async () => {
  const { pool, clock } = setUp({ maxSize: 2 });
  const leases = await acquireAll(pool, 2);
  const outcomes = Array.from({ length: 6 }, () =>
    watch(
      pool.acquire().then((lease) => {
        pool.poison(lease.connection, "broken");
        lease.release();
      }),
    ));
  for (const lease of leases) lease.destroy();
  await clock.settle();
  assert.ok(outcomes.every(({ state }) => state === "resolved"));
});

test("after a restart one call is enough, however many idle connections are dead", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10 });
  for (const lease of await acquireAll(pool, 10)) lease.release();
  await clock.advance(4000);
  for (const connection of factory.open) connection.fit = false;
  const lease = await pool.acquire();
  assert.equal(lease.connection.fit, true);
  assert.equal(pool.metrics.closes.get("validation"), 10);
});

test("Q08: ten idle connections that answer no more cost one call two checks, not ten", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, validateTimeoutMs: 1000 });
  for (const lease of await acquireAll(pool, 10)) lease.release();
  await clock.advance(4000);
  factory.held.add("validate");
  const start = clock.now();
  const lease = watch(pool.acquire());
  while (lease.state === "pending") await clock.advance(10);
  assert.equal(lease.value?.connection.id, 11);
  assert.ok(clock.now() - start <= 2030, `${clock.now() - start} ms`);
});

test("what is kept idle follows a resize", async () => {
  const { pool, clock } = setUp({ maxSize: 10, minIdle: 1 });
  await pool.ready();
  pool.resize({ minIdle: 6 });
  await clock.settle();
  assert.equal(pool.stats().idle, 6);
});

test("a connection is refused at its birth only by what was said while it was being made", async () => {
  const clock = new FakeClock();
  const made: ((connection: number) => void)[] = [];
  const pool = new Pool<number>({
    connect: () => new Promise((resolve) => made.push(resolve)),
    destroy: () => {},
  }, { clock, maxSize: 9, maxConcurrentConnects: 2 });
  const leases = Array.from({ length: 4 }, () => watch(pool.acquire()));
  await clock.settle();
  pool.poison(1, "broken");
  pool.poison(3, "broken");
  for (const connection of [1, 2, 3, 4, 5]) {
    made[connection - 1]!(connection);
    await clock.settle();
  }
  assert.deepEqual(leases.map(({ value }) => value?.connection), [2, 3, 4, 5]);
  assert.deepEqual([...pool.metrics.closes], [["broken", 1]]);
  await pool.destroy();
});
