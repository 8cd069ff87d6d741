import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, systemClock } from "../../lib/base/clock.ts";
import { ArgumentError, PoolError, TimeoutError } from "../../lib/errors.ts";
import { Lease } from "../../lib/pool/lease.ts";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { type FakeConnection, FakeFactory } from "./fake_factory.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

const closed = (error: unknown) => error instanceof PoolError && error.code === "POOL_CLOSED";

test("a new pool opens nothing", () => {
  const { pool, factory, clock } = setUp();
  assert.equal(factory.connects, 0);
  assert.equal(clock.timers, 0);
  assert.equal(pool.stats().total, 0);
});

test("a connection is reused once it was released", async () => {
  const { pool, factory } = setUp();
  const first = await pool.acquire();
  const { connection } = first;
  first.release();
  assert.equal((await pool.acquire()).connection, connection);
  assert.equal(factory.connects, 1);
});

test("the connection released last is leased first", async () => {
  const { pool } = setUp({ maxSize: 3 });
  const [a, b, c] = await acquireAll(pool, 3);
  const order = [b, a, c].map((lease) => lease!.connection.id);
  for (const lease of [b, a, c]) lease!.release();
  const again = await acquireAll(pool, 3);
  assert.deepEqual(again.map((lease) => lease.connection.id), order.reverse());
});

test("with fifo the connection that is idle for longest is leased first", async () => {
  const { pool } = setUp({ maxSize: 3, idleOrder: "fifo" });
  const leases = await acquireAll(pool, 3);
  const order = leases.map((lease) => lease.connection.id);
  for (const lease of leases) lease.release();
  const again = await acquireAll(pool, 3);
  assert.deepEqual(again.map((lease) => lease.connection.id), order);
});

test("Q01: a third lease of two waits its turn and fails on time, saying how full the pool is", async () => {
  const { pool, clock } = setUp({ maxSize: 2, acquireTimeoutMs: 500 });
  await acquireAll(pool, 2);
  const start = clock.now();
  const third = watch(pool.acquire());
  await clock.advance(499);
  assert.equal(third.state, "pending");
  await clock.advance(20);
  const { error } = third;
  assert.ok(error instanceof TimeoutError);
  assert.equal(error.code, "POOL_TIMEOUT");
  assert.match(error.message, /2 of 2 open \(2 leased, 0 shared, 0 idle, 0 connecting\)/);
  assert.equal((error.stats as { leased: number }).leased, 2);
  assert.equal(error.cause, undefined);
  assert.ok(error.elapsedMs! >= 500 && error.elapsedMs! <= clock.now() - start);
});

test("Q01: when connecting fails, that is the cause", async () => {
  const { pool, clock, factory } = setUp({ acquireTimeoutMs: 500 });
  const refused = new Error("refused");
  factory.failure = () => refused;
  const lease = watch(pool.acquire());
  await clock.advance(520);
  assert.equal((lease.error as TimeoutError).code, "POOL_TIMEOUT");
  assert.equal((lease.error as TimeoutError).cause, refused);
  assert.match((lease.error as TimeoutError).message, /connecting fails/);
});

test("an acquire that finds an idle connection reads no clock and sets no timer", async () => {
  let reads = 0;
  const fake = new FakeClock();
  const clock: Clock = { ...systemClock, now: () => (reads++, fake.now()), setTimer: () => assert.fail("a timer") };
  const pool = new Pool({ connect: () => Promise.resolve({}), destroy: () => {} }, {
    clock,
    connectTimeoutMs: 0,
    acquireTimeoutMs: 0,
    healthCacheTtlMs: 0,
    keepaliveMs: 0,
    idleTimeoutMs: 0,
    maxLifetimeMs: 0,
  });
  await pool.warm(1);
  reads = 0;
  for (let n = 0; n < 60; n++) (await pool.acquire()).release();
  assert.equal(reads, 0);
  // Now and then the use time is taken.
  for (let n = 0; n < 64; n++) (await pool.acquire()).release();
  assert.equal(reads, 2);
});

test("tryAcquire takes any idle connection and does nothing when there is none", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, healthCacheTtlMs: 10 });
  assert.equal(pool.tryAcquire(), undefined);
  assert.equal(factory.connects, 0);
  await pool.warm(1);
  await clock.advance(4000);
  const lease = pool.tryAcquire();
  assert.equal(lease?.connection.validations, 0);
  assert.equal(pool.tryAcquire(), undefined);
});

test("use releases whatever becomes of the function", async () => {
  const { pool } = setUp({ maxSize: 1 });
  assert.equal(await pool.use((lease) => lease.connection.id), 1);
  await assert.rejects(pool.use(() => Promise.reject(new Error("mine"))), /mine/);
  await assert.rejects(
    pool.use(() => {
      throw new Error("at once");
    }),
    /at once/,
  );
  assert.equal(pool.stats().leased, 0);
  assert.equal(pool.stats().idle, 1);
});

test("use waits for a thenable before it releases", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  let finish = (_: string) => {};
  const thenable = { then: (resolve: (value: string) => void) => void (finish = resolve) };
  const used = watch(pool.use(() => thenable as unknown as PromiseLike<string>));
  await clock.settle();
  assert.equal(pool.stats().leased, 1);
  finish("done");
  await clock.settle();
  assert.equal(used.value, "done");
  assert.equal(pool.stats().leased, 0);
});

test("ready opens one connection even when none is kept idle", async () => {
  const { pool, factory } = setUp();
  await pool.ready();
  assert.equal(factory.connects, 1);
  await pool.ready();
  assert.equal(factory.connects, 1);
});

test("ready opens as many as are kept idle", async () => {
  const { pool, factory } = setUp({ minIdle: 3 });
  await pool.ready();
  assert.equal(factory.connects, 3);
  assert.equal(pool.stats().idle, 3);
});

test("ready rejects with the error of the first attempt that fails", async () => {
  const { pool, factory } = setUp({ minIdle: 3 });
  const refused = new Error("refused");
  factory.failure = () => refused;
  await assert.rejects(pool.ready(), (error) => error === refused);
});

test("warm opens no more than maxSize", async () => {
  const { pool, factory } = setUp({ maxSize: 4 });
  await pool.warm(100);
  assert.equal(factory.connects, 4);
});

test("the pool's own lease class is used for leases", async () => {
  class NamedLease extends Lease<FakeConnection> {
    get name(): string {
      return `connection ${this.connection.id}`;
    }
  }
  const clock = new FakeClock();
  const pool = new Pool<FakeConnection, NamedLease>(new FakeFactory(clock), { clock, lease: NamedLease });
  assert.equal(await pool.use((lease) => lease.name), "connection 1");
  assert.equal(pool.tryAcquire()?.name, "connection 1");
});

test("an invalidated pool closes idle connections now and leased ones when they come back", async () => {
  const { pool, factory } = setUp({ maxSize: 3 });
  const [held, other] = await acquireAll(pool, 2);
  other!.release();
  pool.invalidate("moved");
  assert.deepEqual([factory.destroyed.length, pool.stats().idle, pool.stats().leased], [1, 0, 1]);
  held!.release();
  assert.equal(factory.destroyed.length, 2);
  assert.equal(pool.metrics.closes.get("moved"), 2);
  assert.equal((await pool.acquire()).connection.id, 3);
});

test("an invalidated pool fills up again at once, not when the old connections have ended", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 6, minIdle: 2 });
  await pool.ready();
  factory.held.add("destroy");
  pool.invalidate("moved");
  await clock.settle();
  assert.deepEqual([pool.stats().idle, pool.stats().closing], [2, 2]);
});

test("a connection that was being opened while the pool was invalidated is not used", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 1 });
  factory.held.add("connect");
  const lease = watch(pool.acquire());
  pool.invalidate("moved");
  factory.pass("connect");
  await clock.settle();
  assert.equal(lease.state, "pending");
  factory.pass("connect");
  await clock.settle();
  assert.equal(lease.value?.connection.id, 2);
  assert.equal(factory.destroyed.length, 1);
});

test("a poisoned connection is closed at once when idle, on its return when leased", async () => {
  const { pool, clock } = setUp({ maxSize: 2 });
  const [a, b] = await acquireAll(pool, 2);
  const { connection } = a!;
  a!.release();
  pool.poison(connection, "closed by peer");
  pool.poison(b!.connection, "closed by peer");
  assert.deepEqual([pool.stats().idle, pool.stats().leased], [0, 1]);
  const waiting = pool.acquire();
  b!.release();
  await clock.settle();
  assert.equal(pool.metrics.closes.get("closed by peer"), 2);
  assert.equal((await waiting).connection.id, 3);
});

test("a connection that is poisoned before its connect is known to be over is never used", async () => {
  const clock = new FakeClock();
  let made = 0;
  const pool: Pool<{ id: number }> = new Pool({
    connect: () => {
      const connection = { id: ++made };
      if (made === 1) queueMicrotask(() => pool.poison(connection, "closed by peer"));
      return Promise.resolve(connection);
    },
    destroy: () => {},
  }, { clock });
  assert.equal((await pool.acquire()).connection.id, 2);
});

test("poisoning what the pool does not know does nothing", async () => {
  const { pool, factory } = setUp();
  const lease = await pool.acquire();
  const connection = lease.detach();
  pool.poison(connection, "closed by peer");
  assert.equal(factory.destroyed.length, 0);
  assert.equal(pool.stats().total, 0);
});

test("a detached connection is the caller's, and its slot is free", async () => {
  const { pool, factory } = setUp({ maxSize: 1 });
  const lease = await pool.acquire();
  const waiting = pool.acquire();
  const connection = lease.detach();
  assert.equal(lease.released, true);
  assert.notEqual((await waiting).connection, connection);
  await pool.destroy();
  assert.equal(connection.ended, false);
  assert.equal(factory.connects, 2);
});

test("a smaller pool closes idle connections first, the longest idle one foremost, and leased ones on return", async () => {
  const { pool, factory } = setUp({ maxSize: 5 });
  const leases = await acquireAll(pool, 5);
  for (const lease of leases.slice(0, 3)) lease.release();
  pool.resize({ maxSize: 4 });
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1]);
  pool.resize({ maxSize: 1 });
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1, 2, 3]);
  assert.equal(pool.stats().total, 2);
  leases[3]!.release();
  leases[4]!.release();
  assert.equal(pool.stats().total, 1);
  assert.equal(pool.stats().idle, 1);
});

test("a smaller pool takes the shared lane's connection last", async () => {
  const retired: string[] = [];
  const { pool } = setUp({ maxSize: 3, onRetire: (_, reason) => retired.push(reason) });
  const shared = await pool.reserve({ urgent: true });
  const [a, b] = await acquireAll(pool, 2);
  pool.resize({ maxSize: 1 });
  a!.release();
  b!.release();
  assert.deepEqual([pool.stats().shared, pool.stats().total, retired.length], [1, 1, 0]);
  shared.release();
});

test("a larger pool serves those who wait", async () => {
  const { pool } = setUp({ maxSize: 1 });
  await pool.acquire();
  const waiting = pool.acquire();
  pool.resize({ maxSize: 2, minIdle: 0 });
  assert.equal((await waiting).connection.id, 2);
});

test("connections that are on their way out count as gone when the pool shrinks", async () => {
  const { pool, factory } = setUp({ maxSize: 4 });
  const leases = await acquireAll(pool, 4);
  factory.held.add("destroy");
  leases[0]!.destroy();
  leases[1]!.destroy();
  leases[2]!.release();
  pool.resize({ maxSize: 2 });
  assert.deepEqual([pool.stats().idle, pool.stats().leased, pool.stats().closing], [1, 1, 2]);
  leases[3]!.release();
  assert.deepEqual([pool.stats().idle, factory.destroyed.length], [2, 2]);
});

test("a pool that shrank and grew again is as large as it says", async () => {
  const { pool, factory } = setUp({ maxSize: 4 });
  const leases = await acquireAll(pool, 4);
  pool.resize({ maxSize: 1 });
  pool.resize({ maxSize: 4 });
  for (const lease of leases) lease.release();
  await acquireAll(pool, 4);
  assert.equal(pool.stats().total, 4);
  assert.ok(factory.mostSockets <= 4);
});

test("a size that makes no sense is refused and changes nothing", () => {
  const { pool } = setUp({ maxSize: 4 });
  for (const limits of [{ maxSize: 0 }, { maxSize: 1.5 }, { minIdle: 5 }, { minIdle: -1 }]) {
    assert.throws(() => pool.resize(limits), ArgumentError);
  }
  assert.equal(pool.stats().maxSize, 4);
});

test("warming ends when the pool became too small for it", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 8 });
  await acquireAll(pool, 3);
  factory.held.add("connect");
  const warmed = watch(pool.warm(8));
  pool.resize({ maxSize: 3 });
  await clock.settle();
  assert.equal(warmed.state, "resolved");
  factory.pass("connect");
  await clock.settle();
  assert.deepEqual([pool.stats().total, pool.stats().leased], [3, 3]);
});

test("a smaller pool is warmed up to its new size", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 8 });
  factory.held.add("connect");
  const warmed = watch(pool.warm(8));
  pool.resize({ maxSize: 3 });
  factory.held.clear();
  factory.pass("connect");
  await clock.settle();
  assert.equal(warmed.state, "resolved");
  assert.ok(pool.stats().idle <= 3);
});

test("what is not a number of connections cannot be warmed", async () => {
  const { pool } = setUp();
  for (const count of [NaN, -1, 1.5, Infinity, "3" as unknown as number]) {
    await assert.rejects(pool.warm(count), { code: "INVALID_OPTION", argument: "count" });
  }
  await pool.warm(0);
  assert.equal(pool.stats().total, 0);
});

test("a limit that is left out or undefined stays as it is", () => {
  const { pool } = setUp({ maxSize: 7, minIdle: 3 });
  pool.resize({});
  pool.resize({ maxSize: undefined, minIdle: undefined });
  assert.deepEqual([pool.stats().maxSize, pool.stats().minIdle], [7, 3]);
  pool.resize({ minIdle: 2, maxSize: undefined });
  assert.deepEqual([pool.stats().maxSize, pool.stats().minIdle], [7, 2]);
});

test("only these two limits can be changed while the pool runs", () => {
  const { pool } = setUp();
  assert.throws(() => pool.resize({ maxWaiters: 5 } as { maxSize?: number }), { argument: "maxWaiters" });
});

test("a suspended pool holds everyone in line and serves them in order when resumed", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 2 });
  const held = await pool.acquire();
  pool.suspend();
  const outcomes = [1, 2].map(() => watch(pool.acquire()));
  assert.equal(pool.tryAcquire(), undefined);
  held.release();
  await clock.settle();
  assert.deepEqual(outcomes.map(({ state }) => state), ["pending", "pending"]);
  assert.deepEqual([pool.stats().idle, pool.stats().waiting, factory.connects], [1, 2, 1]);
  pool.resume();
  await clock.settle();
  assert.deepEqual(outcomes.map(({ value }) => value?.connection.id), [1, 2]);
});

test("a suspended pool plans no attempt", async () => {
  const { pool, factory, clock } = setUp({ random: () => 0.9, acquireTimeoutMs: 0, connectTimeoutMs: 0 });
  factory.failure = () => new Error("refused");
  const waiting = watch(pool.acquire());
  await clock.advance(100);
  pool.suspend();
  const { connects } = factory;
  assert.equal(clock.timers, 0);
  await clock.advance(5000);
  assert.deepEqual([factory.connects, waiting.state], [connects, "pending"]);
  factory.failure = () => undefined;
  pool.resume();
  await clock.settle();
  assert.equal(waiting.state, "resolved");
});

test("a suspended pool hands out nothing that is idle, whether it needs a check or not", async () => {
  for (const [validate, ageMs] of [["never", 0], ["auto", 0], ["auto", 2000], ["always", 0]] as const) {
    const { pool, clock } = setUp({ validate, keepaliveMs: 0 });
    await pool.warm(2);
    await clock.advance(ageMs);
    pool.suspend();
    const waiting = [pool.acquire(), pool.acquire({ timeoutMs: 1000 }), pool.reserve({ urgent: true })].map((call) =>
      watch<unknown>(call)
    );
    await clock.settle();
    assert.deepEqual(waiting.map(({ state }) => state), ["pending", "pending", "pending"], validate);
    assert.equal(pool.tryAcquire(), undefined);
    assert.equal(pool.tryReserve(), undefined);
    pool.resume();
    await clock.settle();
    assert.deepEqual(waiting.map(({ state }) => state), ["resolved", "resolved", "resolved"], validate);
  }
});

test("with somebody in line nobody takes an idle connection ahead of him", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, healthCacheTtlMs: 0, keepaliveMs: 0 });
  await pool.warm(2);
  factory.held.add("validate");
  const first = watch(pool.acquire());
  await clock.settle();
  assert.deepEqual([pool.stats().idle, pool.stats().waiting], [1, 1]);
  assert.equal(pool.tryAcquire(), undefined);
  factory.pass("validate");
  await clock.settle();
  assert.equal(first.state, "resolved");
  assert.notEqual(pool.tryAcquire(), undefined);
});

test("waiting for a suspended pool has its time limit", async () => {
  const { pool, clock } = setUp({ acquireTimeoutMs: 100 });
  pool.suspend();
  const lease = watch(pool.acquire());
  await clock.advance(120);
  assert.equal((lease.error as TimeoutError).code, "POOL_TIMEOUT");
});

test("suspended, invalidated and resumed: nobody sees an old connection", async () => {
  const { pool, clock } = setUp({ maxSize: 2, minIdle: 2 });
  await pool.ready();
  pool.suspend();
  pool.invalidate("failover");
  await clock.advance(1000);
  assert.equal(pool.stats().total, 0);
  const lease = pool.acquire();
  pool.resume();
  assert.ok((await lease).connection.id > 2);
});

test("Q09: close turns new callers and waiters away, lets leases finish and closes the rest", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 2 });
  const [held, other] = await acquireAll(pool, 2);
  const waiting = watch(pool.acquire());
  const over = watch(pool.close({ timeoutMs: 1000 }));
  other!.release();
  await clock.settle();
  assert.ok(closed(waiting.error));
  await assert.rejects(pool.acquire(), closed);
  await assert.rejects(pool.reserve({ urgent: true }), closed);
  await assert.rejects(pool.warm(1), closed);
  assert.equal(pool.tryAcquire(), undefined);
  assert.deepEqual([over.state, held!.connection.ended, factory.sockets], ["pending", false, 1]);
  held!.release();
  await clock.settle();
  assert.equal(over.state, "resolved");
  assert.deepEqual([factory.sockets, clock.timers], [0, 0]);
});

test("Q09: a lease that outlives the close is destroyed, and close says so", async () => {
  const { pool, clock, factory } = setUp();
  const lease = await pool.acquire();
  const { connection } = lease;
  const over = watch(pool.close({ timeoutMs: 100 }));
  await clock.advance(110);
  assert.equal((over.error as TimeoutError).code, "CLOSE_TIMEOUT");
  assert.equal(connection.ended, true);
  assert.throws(() => lease.connection, /over/);
  lease.release();
  assert.deepEqual([pool.stats().total, factory.sockets, clock.timers], [0, 0, 0]);
});

test("Q09: close while connecting leaves nothing behind, whenever the connect ends", async () => {
  for (const hearsAbort of [true, false]) {
    const { pool, clock, factory } = setUp({ maxSize: 3 });
    factory.held.add("connect");
    factory.hearsAbort = hearsAbort;
    const waiting = watch(pool.acquire());
    const over = watch(pool.close());
    await clock.settle();
    assert.ok(closed(waiting.error));
    assert.equal(over.state, hearsAbort ? "resolved" : "pending");
    factory.pass("connect");
    await clock.settle();
    assert.equal(over.state, "resolved");
    assert.deepEqual([factory.sockets, factory.open.size, clock.timers], [0, 0, 0]);
  }
});

test("Q09: close during a backoff leaves no timer", async () => {
  const { pool, clock, factory } = setUp({ random: () => 1 });
  factory.failure = () => new Error("refused");
  const waiting = watch(pool.acquire());
  await clock.advance(50);
  const over = watch(pool.close());
  await clock.settle();
  assert.ok(closed(waiting.error));
  assert.equal(over.state, "resolved");
  assert.equal(clock.timers, 0);
});

test("close waits for connections that take time to end", async () => {
  const { pool, clock, factory } = setUp();
  await pool.ready();
  factory.held.add("destroy");
  const over = watch(pool.close());
  await clock.settle();
  assert.equal(over.state, "pending");
  factory.pass("destroy");
  await clock.settle();
  assert.equal(over.state, "resolved");
});

test("closing twice gives the same promise, and destroying as well does no harm", async () => {
  const { pool } = setUp();
  await pool.ready();
  const first = pool.close();
  assert.equal(pool.close(), first);
  await Promise.all([first, pool.destroy(), pool.destroy()]);
  await pool.close();
});

test("destroy ends everything at once, leases included", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 3 });
  const lease = await pool.acquire();
  await pool.warm(2);
  const gone = pool.destroy();
  assert.equal(factory.sockets, 0);
  assert.equal(lease.released, true);
  lease.release();
  lease.destroy();
  await gone;
  assert.equal(clock.timers, 0);
});

test("destroy during a close ends the close without an error", async () => {
  const { pool, clock } = setUp();
  await pool.acquire();
  const over = watch(pool.close({ timeoutMs: 1000 }));
  await pool.destroy();
  await clock.settle();
  assert.equal(over.state, "resolved");
});

test("close without a time limit waits for the last lease", async () => {
  const { pool, clock } = setUp();
  const lease = await pool.acquire();
  const over = watch(pool.close({ timeoutMs: 0 }));
  await clock.advance(1_000_000);
  assert.equal(over.state, "pending");
  lease.release();
  await clock.settle();
  assert.equal(over.state, "resolved");
});

test("a time for closing that is none is refused, and the pool goes on; a very long one is long", async () => {
  const { pool, clock } = setUp();
  for (const timeoutMs of [NaN, -1, "5" as unknown as number]) {
    await assert.rejects(pool.close({ timeoutMs }), { code: "INVALID_OPTION", argument: "timeoutMs" });
  }
  const lease = await pool.acquire();
  const over = watch(pool.close({ timeoutMs: Infinity }));
  await clock.advance(1_000_000);
  assert.equal(over.state, "pending");
  lease.release();
  await clock.settle();
  assert.equal(over.state, "resolved");
});

test("the longest time for closing is one that every runtime's timers can wait", async () => {
  const waits: number[] = [];
  const clock = new FakeClock();
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (fn, ms, ref) => (waits.push(ms), setTimer(fn, ms, ref));
  const { pool } = setUp({ clock, connectTimeoutMs: 0 });
  const lease = await pool.acquire({ timeoutMs: 0 });
  const over = pool.close({ timeoutMs: 1e12 });
  lease.release();
  await over;
  assert.ok(Math.max(...waits) <= 2 ** 31 - 1, `${waits}`);
});

test("leaving an await using scope closes the pool and forgives a late lease", async () => {
  const { pool, clock } = setUp();
  await pool.acquire();
  const over = watch(pool[Symbol.asyncDispose]());
  await clock.advance(5100);
  assert.equal(over.state, "resolved");
});

test("no timer of an idle pool keeps the process alive", async () => {
  const { pool, clock } = setUp({ maxSize: 2, minIdle: 1 });
  const leases = await acquireAll(pool, 2);
  const waiting = pool.acquire();
  for (const lease of leases) lease.release();
  (await waiting).release();
  await clock.advance(500);
  assert.equal(clock.refTimers, 0);
  assert.ok(clock.timers > 0);
});

test("whoever closes a pool keeps the process alive until it is closed", async () => {
  const { pool, clock } = setUp();
  const lease = await pool.acquire();
  const over = pool.close({ timeoutMs: 1000 });
  await clock.advance(500);
  assert.equal(clock.refTimers, 1);
  lease.release();
  await over;
  assert.equal(clock.timers, 0);
});

test("once nobody waits any more a pool that is down lets the process end", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, minIdle: 1, random: () => 0.99 });
  factory.failure = () => new Error("refused");
  const abort = new AbortController();
  const given = watch(pool.acquire({ signal: abort.signal }));
  await clock.advance(300);
  assert.ok(clock.refTimers > 0);
  abort.abort();
  await clock.advance(0);
  assert.equal(given.state, "rejected");
  assert.equal(pool.stats().connecting, 0);
  // The deadlines' own timer may be left over for a step.
  await clock.advance(201);
  assert.equal(clock.refTimers, 0);
});

test("whoever waits keeps the process alive", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  const lease = await pool.acquire();
  const waiting = pool.acquire();
  await clock.advance(400);
  assert.ok(clock.refTimers > 0);
  lease.release();
  await waiting;
});

test("connections are counted in every state", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 6 });
  await acquireAll(pool, 2);
  await pool.reserve({ urgent: true });
  (await pool.acquire()).destroy();
  (await pool.acquire()).release();
  factory.held.add("reset").add("destroy").add("connect");
  const idle = await pool.acquire();
  idle.connection.clean = false;
  idle.release();
  watch(pool.acquire());
  const { leased, shared, resetting, connecting, waiting, total } = pool.stats();
  assert.deepEqual({ leased, shared, resetting, connecting, waiting, total }, {
    leased: 2,
    shared: 1,
    resetting: 1,
    connecting: 1,
    waiting: 1,
    total: 5,
  });
  await clock.settle();
});

test("counters tell how callers fared", async () => {
  const { pool, clock } = setUp({ maxSize: 1, maxWaiters: 2, acquireTimeoutMs: 50 });
  const first = await pool.acquire();
  first.release();
  const held = await pool.acquire();
  const abort = new AbortController();
  watch(pool.acquire({ signal: abort.signal }));
  watch(pool.acquire());
  watch(pool.acquire());
  abort.abort();
  await clock.advance(70);
  const waiting = pool.acquire();
  held.release();
  await waiting;
  const { acquiredAtOnce, acquiredAfterWait, timedOut, cancelled, refused, handOvers, connects } = pool.stats();
  assert.deepEqual({ acquiredAtOnce, acquiredAfterWait, timedOut, cancelled, refused, handOvers, connects }, {
    acquiredAtOnce: 1,
    acquiredAfterWait: 2,
    timedOut: 1,
    cancelled: 1,
    refused: 1,
    handOvers: 1,
    connects: 1,
  });
});

test("connections that are being checked are closed when the pool shrinks, those that are closing do not count", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 4, validate: "always" });
  const leases = await acquireAll(pool, 4);
  for (const lease of leases) lease.release();
  factory.held.add("validate");
  const waits = [watch(pool.acquire()), watch(pool.acquire()), watch(pool.acquire()), watch(pool.acquire())];
  await clock.settle();
  pool.resize({ maxSize: 1 });
  factory.held.delete("validate");
  factory.pass("validate");
  for (const wait of waits) {
    await clock.advance(100);
    assert.equal(pool.stats().total, 1);
    wait.value!.release();
  }
  await pool.close();

  const other = setUp({ maxSize: 4 });
  other.factory.held.add("destroy");
  const [first, ...rest] = await acquireAll(other.pool, 4);
  first!.destroy("mine");
  other.pool.resize({ maxSize: 2 });
  for (const lease of rest) lease.release();
  await other.clock.settle();
  assert.equal(other.pool.stats().idle, 2);
  other.factory.held.delete("destroy");
  other.factory.pass("destroy");
  await other.pool.close();
});
