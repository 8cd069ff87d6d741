import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lease } from "../../lib/pool/lease.ts";
import { Random } from "../support/random.ts";
import type { FakeConnection } from "./fake_factory.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

test("a connection given back goes straight to the oldest waiter", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  const held = await pool.acquire();
  const order: number[] = [];
  for (let n = 0; n < 5; n++) {
    pool.acquire().then((lease) => {
      order.push(n);
      lease.release();
    });
  }
  held.release();
  assert.equal(pool.stats().idle, 0, "never idle in between");
  await clock.settle();
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.equal(pool.stats().handOvers, 5);
});

test("nobody who comes later overtakes those in line", async () => {
  const { pool } = setUp({ maxSize: 1 });
  const held = await pool.acquire();
  const order: string[] = [];
  const first = pool.acquire().then((lease) => (order.push("first"), lease));
  held.release();
  assert.equal(pool.tryAcquire(), undefined);
  const late = pool.acquire().then((lease) => (order.push("late"), lease));
  (await first).release();
  (await late).release();
  assert.deepEqual(order, ["first", "late"]);
});

test("the older waiter wins and the newer one times out", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  const held = await pool.acquire();
  const older = watch(pool.acquire({ timeoutMs: 300 }));
  const newer = watch(pool.acquire({ timeoutMs: 50 }));
  await clock.advance(30);
  held.release();
  await clock.advance(60);
  assert.deepEqual([older.state, newer.state], ["resolved", "rejected"]);
});

test("all waiters who time out leave the pool as it was", async () => {
  const { pool, clock } = setUp({ maxSize: 2, acquireTimeoutMs: 50 });
  const leases = await acquireAll(pool, 2);
  const outcomes = Array.from({ length: 100 }, () => watch(pool.acquire()));
  await clock.advance(100);
  assert.ok(outcomes.every(({ state }) => state === "rejected"));
  for (const lease of leases) lease.release();
  assert.deepEqual([pool.stats().idle, pool.stats().waiting, pool.stats().timedOut], [2, 0, 100]);
});

test("after a saturation timeouts end as soon as connections come back", async () => {
  const { pool, clock } = setUp({ maxSize: 5, acquireTimeoutMs: 100 });
  const leases = await acquireAll(pool, 5);
  for (let n = 0; n < 500; n++) watch(pool.acquire());
  await clock.advance(150);
  for (const lease of leases) lease.release();
  for (let n = 0; n < 500; n++) await pool.use(() => clock.settle());
  assert.equal(pool.stats().timedOut, 500);
});

test("1000 callers on 10 connections: each is served once and the pool stays in its bounds", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10 });
  const held = new Set<number>();
  let served = 0;
  const call = async () => {
    const lease = await pool.acquire();
    assert.ok(!held.has(lease.connection.id), "shared by two");
    held.add(lease.connection.id);
    for (let n = 0; n < 3; n++) await undefined;
    held.delete(lease.connection.id);
    served++;
    lease.release();
  };
  const all = Promise.all(Array.from({ length: 1000 }, call));
  while (served < 1000) await clock.settle();
  await all;
  assert.equal(factory.mostSockets, 10);
  assert.equal(pool.stats().idle, 10);
});

test("a synchronous throw of one caller does not strand the next", async () => {
  const { pool } = setUp({ maxSize: 1 });
  const failing = pool.use(() => {
    throw new Error("mine");
  });
  const next = pool.use((lease) => lease.connection.id);
  await assert.rejects(failing, /mine/);
  assert.equal(await next, 1);
});

test("the shared lane goes ahead of everyone when urgent, in line when not", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  const held = await pool.acquire();
  const order: string[] = [];
  const note = (name: string) => (lease: Lease<FakeConnection>) => {
    order.push(name);
    lease.release();
  };
  pool.acquire().then(note("a"));
  pool.reserve({ urgent: false }).then(note("spill"));
  pool.acquire().then(note("b"));
  pool.reserve({ urgent: true }).then(note("lane"));
  held.release();
  await clock.settle();
  assert.deepEqual(order, ["lane", "a", "spill", "b"]);
});

test("a reserved connection is shared, not idle, and is not counted as kept idle", async () => {
  const { pool, clock } = setUp({ maxSize: 4, minIdle: 2 });
  await pool.ready();
  const lane = await pool.reserve({ urgent: true });
  await clock.settle();
  assert.deepEqual([pool.stats().shared, pool.stats().idle, pool.stats().total], [1, 2, 3]);
  lane.release();
  assert.deepEqual([pool.stats().shared, pool.stats().idle], [0, 3]);
});

test("a reservation ends by its signal and by nothing else than a connection", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  await pool.acquire();
  const abort = new AbortController();
  const lane = watch(pool.reserve({ urgent: true, signal: abort.signal }));
  await clock.advance(1_000_000);
  assert.equal(lane.state, "pending");
  abort.abort();
  await clock.settle();
  assert.equal((lane.error as { code: string }).code, "ABORTED");
});

test("a further shared connection is had only when it costs nobody anything", async () => {
  const { pool, clock } = setUp({ maxSize: 3 });
  await pool.reserve({ urgent: true });
  const spill = pool.tryReserve();
  assert.notEqual(spill, undefined);
  await spill;
  assert.equal(pool.tryReserve(), undefined, "one slot is left to leases");
  const lease = await pool.acquire();
  watch(pool.acquire());
  (await spill)!.release();
  await clock.settle();
  assert.equal(pool.tryReserve(), undefined, "no slot is left");
  lease.release();
  assert.notEqual(pool.tryReserve(), undefined);
});

test("of a pool of one no further shared connection can be had", async () => {
  const { pool } = setUp({ maxSize: 1 });
  assert.equal(pool.tryReserve(), undefined);
  await pool.warm(1);
  assert.equal(pool.tryReserve(), undefined);
});

test("no further shared connection is opened while connecting fails", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 4 });
  factory.failure = () => new Error("refused");
  const lane = watch(pool.reserve({ urgent: true }));
  await clock.advance(5);
  assert.equal(lane.state, "pending");
  assert.equal(pool.tryReserve(), undefined);
  await pool.destroy();
});

test("whoever shares a connection is told when it is to be given back", async () => {
  const retired: [number, string][] = [];
  const { pool, factory } = setUp({ onRetire: ({ id }, reason) => retired.push([id, reason]) });
  const lane = await pool.reserve({ urgent: true });
  pool.invalidate("moved");
  pool.invalidate("moved again");
  assert.deepEqual(retired, [[1, "moved"]]);
  lane.release();
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1]);
});

test("a connection is closed after so many uses", async () => {
  const { pool, factory } = setUp({ maxSize: 1, maxUses: 3 });
  const ids: number[] = [];
  for (let n = 0; n < 7; n++) ids.push(await pool.use((lease) => lease.connection.id));
  assert.deepEqual(ids, [1, 1, 1, 2, 2, 2, 3]);
  assert.equal(factory.destroyed.length, 2);
  assert.equal(pool.metrics.closes.get("uses"), 2);
});

test("a pool with request lifecycle arms no background timer and notices what is overdue at the next call", async () => {
  const { pool, factory, clock } = setUp({
    lifecycle: "request",
    maxSize: 3,
    healthCacheTtlMs: 100,
    idleTimeoutMs: 1000,
    maxLifetimeMs: 5000,
    keepaliveMs: 50,
  });
  const leases = await acquireAll(pool, 2);
  for (const lease of leases) lease.release();
  await clock.advance(300);
  assert.equal(clock.timers, 0);
  const checked = await pool.acquire();
  assert.equal(checked.connection.validations, 1);
  checked.release();
  await clock.advance(950);
  const kept = await pool.acquire();
  assert.equal(kept.connection.id, 2);
  assert.deepEqual(factory.destroyed.map(({ id }) => id), [1]);
  assert.equal(pool.metrics.closes.get("idle"), 1);
  await clock.advance(4000);
  kept.release();
  assert.equal(pool.metrics.closes.get("lifetime"), 1);
  assert.equal((await pool.acquire()).connection.id, 3);
  await clock.advance(300);
  assert.equal(clock.timers, 0);
});

test("deadpool's combinations: whatever four of five connects do, the pool stays in its bounds and recovers", async () => {
  const fates = ["ok", "error", "slow", "hang"] as const;
  for (let combination = 0; combination < 4 ** 5; combination++) {
    const { pool, factory, clock } = setUp({ maxSize: 3, connectTimeoutMs: 200, acquireTimeoutMs: 100 });
    const fate = (attempt: number) => fates[Math.floor(combination / 4 ** ((attempt - 1) % 5)) % 4];
    factory.held.add("connect");
    const outcomes = Array.from({ length: 5 }, () => watch(pool.acquire()));
    let seen = 0;
    for (let step = 0; step < 4; step++) {
      for (const call of [...factory.pending].slice(seen)) {
        if (fate(++seen) === "ok") call.pass();
        else if (fate(seen) === "error") call.fail(new Error("refused"));
        else if (fate(seen) === "slow") clock.setTimer(() => call.pass(), 30, true);
      }
      seen = factory.pending.length;
      clock.tick(60);
      for (let turn = 0; turn < 6; turn++) await undefined;
      assert.ok(factory.sockets <= 3 && pool.stats().total <= 3);
    }
    assert.ok(outcomes.every(({ state }) => state !== "pending"), `combination ${combination}`);
    for (const { value } of outcomes) value?.release();
    factory.held.clear();
    for (const call of [...factory.pending]) call.pass();
    const gone = watch(pool.destroy());
    clock.tick(6000);
    for (let turn = 0; turn < 8; turn++) await undefined;
    assert.equal(gone.state, "resolved");
    assert.equal(factory.sockets, 0);
  }
});

test("how long one waited is noted for those who were served and for those whose time was up, not for the others", async () => {
  const { pool, clock } = setUp({ maxSize: 1, acquireTimeoutMs: 100 });
  const lease = await pool.acquire();
  const first = watch(pool.acquire());
  await clock.advance(60);
  const second = watch(pool.acquire());
  lease.release();
  await clock.advance(110);
  assert.deepEqual([first.state, second.state], ["resolved", "rejected"]);
  first.value!.release();
  (await pool.acquire()).release();
  const { count, maxMs, sumMs } = pool.metrics.wait;
  // The very first one waited for the connect, which took no time.
  assert.equal(count, 3);
  assert.ok(maxMs >= 100 && maxMs <= 110, `${maxMs} ms`);
  assert.ok(sumMs >= 160 && sumMs <= 172, `${sumMs} ms`);
});

test("a leaked lease is reported with the place where it was asked for, also when it had to be waited for", async () => {
  const stacks: string[] = [];
  const { pool, clock } = setUp({
    maxSize: 1,
    leakDetectionMs: 100,
    reclaimLeaked: true,
    healthCacheTtlMs: 50,
    observer: { leak: ({ stack }) => void stacks.push(stack) },
  });
  const waiting: Promise<unknown>[] = [];
  // Some runtimes leave the caller of a last call out of the stack: none of these calls is one.
  (function opensFirst() {
    waiting.push(pool.acquire());
  })();
  (function waitsInLine() {
    waiting.push(pool.acquire());
  })();
  await clock.advance(300);
  await Promise.all(waiting);
  const released = await pool.acquire();
  await clock.advance(1);
  released.release();
  (function findsIdle() {
    waiting.push(Promise.resolve(pool.tryAcquire()));
  })();
  await clock.advance(400);
  assert.equal(stacks.length, 3);
  for (const [n, name] of ["opensFirst", "waitsInLine", "findsIdle"].entries()) {
    assert.match(stacks[n]!, new RegExp(name));
    assert.match(stacks[n]!, /lending_test/);
  }
});

test("an abort at any moment of an acquire's life leaves the counts exact", async () => {
  const random = new Random(9);
  for (let round = 0; round < 400; round++) {
    const { pool, factory, clock } = setUp({ maxSize: 2, healthCacheTtlMs: random.pick([0, 1000]) });
    if (random.chance(0.5)) await pool.warm(1);
    for (const kind of ["connect", "validate", "reset", "destroy"] as const) factory.held.add(kind);
    const abort = new AbortController();
    const outcome = watch(pool.acquire({ signal: abort.signal }));
    const other = watch(pool.acquire());
    const steps = random.int(0, 12);
    const step = () => random.chance(0.5) ? factory.pending[0]?.pass() : undefined;
    for (let n = 0; n < steps; n++) (step(), await undefined);
    abort.abort();
    factory.held.clear();
    for (const call of [...factory.pending]) call.pass();
    await clock.settle();
    assert.notEqual(outcome.state, "pending");
    assert.equal(other.state, "resolved");
    outcome.value?.release();
    other.value!.release();
    await clock.settle();
    const { leased, idle, total, waiting } = pool.stats();
    assert.deepEqual([leased, waiting, total], [0, 0, idle]);
    assert.equal(factory.open.size, idle);
    await pool.destroy();
  }
});

test("user code that ends the pool from within breaks nothing", async () => {
  for (const moment of ["acquire", "release", "connect", "close", "reset", "waiter"]) {
    for (const leave of ["release", "destroy", "detach"] as const) {
      const end = (now: string) => now === moment ? pool.destroy() : undefined;
      const { pool, factory, clock } = setUp({
        maxSize: 1,
        observer: {
          acquire: () => end("acquire"),
          release: () => end("release"),
          connect: () => end("connect"),
          close: () => end("close"),
        },
        onWaiter: () => end("waiter"),
      });
      factory.reset = () => (end("reset"), true);
      const first = watch(pool.acquire().then((lease) => lease.released || lease[leave]()));
      const second = watch(pool.acquire().then((lease) => lease.release()));
      await clock.advance(6000);
      assert.notEqual(first.state, "pending");
      assert.notEqual(second.state, "pending");
      await pool.destroy();
      const { total, idle, leased, closing } = pool.stats();
      assert.deepEqual([total, idle, leased, closing], [0, 0, 0, 0], `${moment}, ${leave}`);
      assert.ok(factory.open.size <= (leave === "detach" ? 1 : 0));
    }
  }
});

test("Q12: leases that hold every other slot leave the shared lane alone", async () => {
  const { pool, clock, factory } = setUp({ maxSize: 3, acquireTimeoutMs: 100 });
  const lane = await pool.reserve({ urgent: true });
  await acquireAll(pool, 2);
  const waiting = Array.from({ length: 50 }, () => watch(pool.acquire()));
  await clock.advance(200);
  assert.ok(waiting.every(({ state }) => state === "rejected"));
  assert.deepEqual([lane.released, lane.connection.ended, pool.stats().shared], [false, false, 1]);
  pool.poison(lane.connection, "lost");
  lane.destroy();
  assert.equal((await pool.reserve({ urgent: true })).connection.id, 4, "a lost one is replaced ahead of all");
  assert.equal(factory.mostSockets, 3);
});
