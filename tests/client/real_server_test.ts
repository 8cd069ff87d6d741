import { test } from "node:test";
import assert from "node:assert/strict";
import { assertError, errorOf, type Outcome, quietly, valueOf, watch } from "../support/oracles.ts";
import { Random } from "../support/random.ts";
import { until, withPool } from "./real_pool.ts";

test("C14: a reply that has arrived wins over a deadline that the blocked loop noticed late", async () => {
  await withPool({ commandTimeoutMs: 100 }, async (pool) => {
    await pool.set("k", "v");
    const own = pool.with({ timeoutMs: 100 });
    for (const get of [() => pool.get("k"), () => own.get("k"), () => pool.pipeline().get("k").exec()]) {
      const outcome = watch<unknown>(get());
      // The command leaves at the end of this turn; the loop is blocked after that.
      await Promise.resolve();
      await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
      const end = performance.now() + 300;
      while (performance.now() < end) { /* blocks */ }
      await until(() => outcome.isSettled, "the call is settled");
      assert.equal(outcome.error, undefined);
      assert.deepEqual(outcome.value, Array.isArray(outcome.value) ? ["v"] : "v");
    }
  });
});

test("C05: a storm of aborts costs no connection, and every value belongs to its key", async () => {
  await quietly(() =>
    withPool({ maxSize: 2 }, async (pool) => {
      const random = new Random(1);
      const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
      await pool.mset(...keys.flatMap((key) => [key, valueOf(key)]) as [string, string]);
      const id = await pool.send(["CLIENT", "ID"]);
      const outcomes: [string, Outcome<unknown>][] = [];
      for (let round = 0; round < 100; round++) {
        for (let n = 0; n < 100; n++) {
          const key = random.pick(keys);
          const controller = new AbortController();
          outcomes.push([key, watch<unknown>(pool.with({ signal: controller.signal }).get(key))]);
          if (random.chance(0.5)) setTimeout(() => controller.abort(), random.int(0, 5));
        }
        await new Promise((resolve) => setTimeout(resolve, random.int(0, 2)));
      }
      await until(() => outcomes.every(([, { isSettled }]) => isSettled), "every call is settled");
      let values = 0;
      for (const [key, { value, error }] of outcomes) {
        if (error !== undefined) assertError(error, { name: "AbortError", code: "ABORTED" });
        else assert.equal(value, valueOf(key), `value ${++values}`);
      }
      assert.ok(values > 1000, `${values} values`);
      assert.equal(await pool.send(["CLIENT", "ID"]), id, "the same connection");
      await until(() => pool.stats().queuedCommands === 0, "tombstones drain");
    })
  );
});

test("S17: connections that the server ends while they are idle are replaced without anybody noticing", async () => {
  await withPool({ minIdle: 2 }, async (pool) => {
    await pool.ready();
    await pool.get("k");
    for (const kill of [["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"], ["CLIENT", "KILL", "TYPE", "normal"]]) {
      const lease = await pool.acquire();
      await lease.send(kill).catch(() => {});
      lease.destroy();
      assert.equal(await pool.get("k"), null);
      assert.equal(await pool.use((other) => other.ping()), "PONG");
    }
  });
});

test("S17: a connection that the server ends in flight: reads run again, writes and leases tell the truth", async () => {
  await withPool({}, async (pool) => {
    await pool.use(async (killer) => {
      const ids = await Promise.all([pool.send(["CLIENT", "ID"]), killer.send(["CLIENT", "ID"])]);
      const blocked = await pool.acquire();
      const blockedId = await blocked.send(["CLIENT", "ID"]) as number;
      const popped = errorOf(blocked.blpop("q", 0));
      await until(
        async () => /cmd=blpop/.test(String(await killer.send(["CLIENT", "LIST", "ID", blockedId]))),
        "it blocks",
      );
      await killer.send(["CLIENT", "KILL", "ID", blockedId]);
      assertError(await popped, { name: "ConnectionLostError", command: "BLPOP", sent: true, maybeExecuted: true });
      blocked.release();
      // The server answers nobody meanwhile, then ends the lane's connection before it reads what came on it.
      const killed = killer.pipeline().send(["DEBUG", "SLEEP", "0.2"]).send(["CLIENT", "KILL", "ID", ids[0] as number])
        .exec();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const [read, write] = [watch(pool.get("k")), watch(pool.incr("n"))];
      await killed;
      await until(() => read.isSettled && write.isSettled, "both are settled");
      assert.equal(read.error, undefined);
      if (write.error === undefined) assert.equal(write.value, 1);
      else assertError(write.error, { name: "ConnectionLostError", maybeExecuted: true });
      assert.ok(Number(await pool.get("n")) <= 1, "it ran once at most");
    });
  });
});

test("S17: connections that the server closes for being idle cost no command", async () => {
  await withPool({ keepaliveMs: 0 }, async (pool) => {
    await pool.ping();
    await pool.use((lease) => lease.ping());
    await until(() => pool.stats().closes >= 2, "the server has closed them", 15_000);
    assert.equal(await pool.ping(), "PONG");
    assert.equal(await pool.use((lease) => lease.ping()), "PONG");
  }, ["--timeout", "1"]);
});

test("both protocols give the same values on the lane, in batches and on a lease", async () => {
  const values: unknown[] = [];
  for (const protocol of [2, 3] as const) {
    await withPool({ protocol }, async (pool) => {
      await pool.hset("h", "__proto__", "1", "f", "2");
      await pool.zadd("z", 1.5, "m");
      const single = [
        await pool.hgetall("h"),
        await pool.zscore("z", "m"),
        await pool.zrange("z", 0, -1, "WITHSCORES"),
      ];
      const batch = await pool.pipeline().hgetall("h").zscore("z", "m").zrange("z", 0, -1, "WITHSCORES").exec();
      const transaction = await pool.multi().hgetall("h").zscore("z", "m").zrange("z", 0, -1, "WITHSCORES").exec();
      const lease = await pool.use(async (on) => [
        await on.hgetall("h"),
        await on.zscore("z", "m"),
        await on.zrange("z", 0, -1, "WITHSCORES"),
      ]);
      for (const other of [batch, transaction, lease]) assert.deepEqual(other, single);
      assert.equal(Object.getPrototypeOf(single[0]), Object.prototype);
      values.push(single);
    });
  }
  assert.deepEqual(values[0], values[1]);
});
