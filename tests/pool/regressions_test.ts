/** What has gone wrong in other pools. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "../../lib/errors.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import type { FakeConnection } from "./fake_factory.ts";
import { acquireAll, type Parts, setUp, watch } from "./set_up.ts";

test("a connection that takes long to end does not delay those who find another", async () => {
  const { pool, factory } = setUp({ maxSize: 3 });
  const leases = await acquireAll(pool, 2);
  factory.held.add("destroy");
  leases[0]!.destroy();
  leases[1]!.release();
  assert.equal((await pool.acquire()).connection, factory.open.values().next().value);
  assert.ok(await pool.acquire());
  assert.equal(pool.stats().closing, 1);
});

test("whoever waits for the end of a connection waits no longer than he wants to", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 1, acquireTimeoutMs: 100 });
  const lease = await pool.acquire();
  factory.held.add("destroy");
  lease.destroy();
  const waiting = watch(pool.acquire());
  await clock.advance(110);
  assert.equal((waiting.error as TimeoutError).code, "POOL_TIMEOUT");
  assert.equal(factory.mostSockets, 1);
  const next = watch(pool.acquire());
  factory.pass("destroy");
  await clock.settle();
  assert.equal(next.state, "resolved");
});

test("an acquire that is given up while its connection is checked leaves the connection idle", async () => {
  const { pool, factory, clock } = setUp({ healthCacheTtlMs: 0 });
  await pool.ready();
  factory.held.add("validate");
  const abort = new AbortController();
  const given = watch(pool.acquire({ signal: abort.signal }));
  await clock.settle();
  abort.abort();
  factory.pass("validate");
  await clock.settle();
  assert.equal(given.state, "rejected");
  assert.deepEqual([pool.stats().idle, factory.destroyed.length], [1, 0]);
});

test("where every check fails an acquire costs no more checks than there are slots, and ends with a new connection", async () => {
  for (const validate of ["auto", "always"] as const) {
    const { pool, factory, clock } = setUp({ maxSize: 5, healthCacheTtlMs: 0, validate, keepaliveMs: 0 });
    for (const lease of await acquireAll(pool, 5)) lease.release();
    let checks = 0;
    factory.validate = () => Promise.resolve(++checks < 0);
    const first = await pool.acquire();
    assert.ok(first.connection.id > 5);
    assert.ok(checks <= 6, `${checks} checks`);
    first.release();
    const callers = Array.from({ length: 20 }, () => watch(pool.acquire().then((lease) => lease.release())));
    await clock.settle();
    assert.ok(callers.every(({ state }) => state === "resolved"));
    assert.ok(factory.open.size <= 5 && pool.stats().total <= 5);
  }
});

test("where every check and every connect fails an acquire ends on time, and nothing is left", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 3, healthCacheTtlMs: 0, acquireTimeoutMs: 1000, keepaliveMs: 0 });
  for (const lease of await acquireAll(pool, 3)) lease.release();
  const refused = new Error("refused");
  factory.failure = () => refused;
  for (const connection of factory.open) connection.fit = false;
  const waiting = watch(pool.acquire());
  await clock.advance(990);
  assert.equal(waiting.state, "pending");
  await clock.advance(30);
  assert.ok(waiting.error instanceof TimeoutError);
  assert.equal(waiting.error.cause, refused);
  assert.deepEqual([pool.stats().total, pool.stats().waiting, factory.sockets], [0, 0, 0]);
});

test("connecting that fails at once is no loop: a second of it is a handful of attempts", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, random: () => 0.5 });
  factory.failure = () => new Error("refused");
  const callers = Array.from({ length: 50 }, () => watch(pool.acquire()));
  await clock.advance(1000);
  assert.ok(factory.connects >= 3 && factory.connects <= 15, `${factory.connects} attempts`);
  assert.ok(callers.every(({ state }) => state === "pending"));
});

test("connections that are being reset count: however many callers come, there are never more than the size", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2 });
  const leases = await acquireAll(pool, 2);
  factory.held.add("reset");
  for (const lease of leases) {
    lease.connection.clean = false;
    lease.release();
  }
  const callers = Array.from({ length: 10 }, () => watch(pool.acquire()));
  await clock.settle();
  assert.deepEqual([pool.stats().resetting, factory.mostSockets], [2, 2]);
  factory.pass("reset");
  await clock.settle();
  assert.equal(callers.filter(({ state }) => state === "resolved").length, 2);
  assert.equal(factory.mostSockets, 2);
});

test("one budget: the wait, the check and the connect together take no longer than the time of the acquire", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 1, healthCacheTtlMs: 0, acquireTimeoutMs: 100, keepaliveMs: 0 });
  const lease = await pool.acquire();
  factory.held.add("validate").add("connect");
  const waiting = watch(pool.acquire());
  await clock.advance(40);
  lease.release();
  await clock.advance(40);
  assert.equal(pool.stats().validating, 1);
  factory.fail("validate");
  await clock.advance(10);
  assert.equal(pool.stats().connecting, 1);
  assert.equal(waiting.state, "pending");
  await clock.advance(20);
  assert.equal((waiting.error as TimeoutError).code, "POOL_TIMEOUT");
});

test("a pool that is closed while a connection is checked or reset ends that one too", async () => {
  const { pool, factory, clock } = setUp({ healthCacheTtlMs: 0 });
  const [first, second] = await acquireAll(pool, 2);
  factory.held.add("validate").add("reset");
  second!.connection.clean = false;
  second!.release();
  first!.release();
  const waiting = watch(pool.acquire());
  await clock.settle();
  assert.deepEqual([pool.stats().validating, pool.stats().resetting], [1, 1]);
  const over = watch(pool.close());
  await clock.settle();
  assert.deepEqual([waiting.state, over.state], ["rejected", "resolved"]);
  factory.pass("validate");
  factory.pass("reset");
  await clock.settle();
  assert.deepEqual([factory.open.size, factory.sockets, clock.timers], [0, 0, 0]);
});

/** The ways in which a connection that is leased, and for which others wait, is lost. */
const losses: Record<string, (lease: Lease<FakeConnection>, parts: Parts) => unknown> = {
  destroyed: (lease) => lease.destroy(),
  detached: (lease) => lease.detach(),
  poisoned: (lease, { pool }) => (pool.poison(lease.connection, "broken"), lease.release()),
  invalidated: (lease, { pool }) => (pool.invalidate("moved"), lease.release()),
  "not reset": (lease, { factory }) => {
    lease.connection.clean = false;
    factory.held.add("reset");
    lease.release();
    factory.fail("reset");
    factory.held.clear();
  },
  "used up": (lease) => lease.release(),
  "too old": async (lease, { clock }) => {
    await clock.advance(5000);
    lease.release();
  },
  leaked: (_lease, { clock }) => clock.advance(500),
};

for (const [how, lose] of Object.entries(losses)) {
  test(`whoever waits gets another connection when the one that is out is ${how}`, async () => {
    const parts = setUp({
      maxSize: 1,
      acquireTimeoutMs: 60_000,
      maxUses: how === "used up" ? 1 : 0,
      maxLifetimeMs: how === "too old" ? 3000 : 0,
      leakDetectionMs: how === "leaked" ? 300 : 0,
      reclaimLeaked: true,
    });
    const { pool, clock, factory } = parts;
    const lease = await pool.acquire();
    const lost = lease.connection;
    const waiting = watch(pool.acquire());
    await clock.settle();
    await lose(lease, parts);
    await clock.settle();
    assert.equal(waiting.state, "resolved");
    assert.notEqual(waiting.value!.connection, lost);
    assert.equal(factory.connects, 2);
  });
}
