/** What a connection is given at its birth, and what becomes of those who wait for one that will not come. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../lib/errors.ts";
import { setUp, watch } from "./set_up.ts";

test("an idle connection is asked for a sign of life up to a tenth earlier than set, and never later", async () => {
  for (const [random, from, to] of [[0, 1000, 1020], [0.999, 900, 920]] as const) {
    const { pool, clock, factory } = setUp({ keepaliveMs: 1000, healthCacheTtlMs: 40, random: () => random });
    await pool.ready();
    const [connection] = factory.open;
    let asked = 0;
    while (connection!.validations === 0 && asked < 2000) {
      await clock.advance(1);
      asked = clock.now() - 1000;
    }
    assert.ok(asked >= from && asked <= to, `${asked} is not from ${from} to ${to}`);
    await pool.destroy();
  }
});

test("without a spread every connection reaches the whole age, and without a limit any", async () => {
  for (const [maxLifetimeMs, expected] of [[1000, 1], [0, 0]] as const) {
    const { pool, clock, factory } = setUp({ maxLifetimeMs, maxLifetimeJitter: 0, keepaliveMs: 0, random: () => 0.9 });
    await pool.ready();
    await clock.advance(999);
    assert.equal(factory.destroyed.length, 0);
    await clock.advance(200);
    assert.equal(factory.destroyed.length, expected);
  }
});

test("whoever warms a pool that is closed is told so", async () => {
  for (const end of ["close", "destroy"] as const) {
    const { pool, clock, factory } = setUp();
    factory.held.add("connect");
    const warmed = watch(pool.warm(3));
    const ended = watch(pool[end]());
    await clock.settle();
    assert.ok(warmed.error instanceof PoolError && warmed.error.code === "POOL_CLOSED", String(warmed.error));
    assert.equal(ended.state, "resolved");
  }
});

test("a refill that nobody waits for does not hold the process, nor does warming once it has failed", async () => {
  const { pool, clock, factory } = setUp({ minIdle: 2, random: () => 1 });
  factory.failure = () => new Error("refused");
  await assert.rejects(pool.ready(), /refused/);
  await clock.advance(5000);
  assert.deepEqual([clock.timers, clock.refTimers], [1, 0]);
  const warmed = watch(pool.warm(1));
  assert.equal(warmed.state, "pending");
  assert.ok(clock.refTimers > 0, "now someone waits");
});
