/** Leases of a pool on a real server: who waits, who is served, and what is left behind. */
import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, watch } from "../support/oracles.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { onScene, type Scene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

function play(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () => onScene({}, body);
}

function acquireAll(pool: RedisPool, count: number) {
  return Promise.all(Array.from({ length: count }, () => pool.acquire()));
}

/** Leaves `count` connections idle. */
async function fill(pool: RedisPool, count: number): Promise<void> {
  for (const lease of await acquireAll(pool, count)) lease.release();
}

/** How many clients the server has, the one that asks left out. */
async function clientsOf(scene: Scene): Promise<number> {
  const info = String(await scene.ask(["INFO", "clients"]));
  return Number(/connected_clients:(\d+)/.exec(info)![1]) - 1;
}

test(
  "Q01: a third lease of two waits in line and fails on time; a server that is down looks different from a full pool",
  redis,
  play(async (scene) => {
    const pool = scene.pool({ maxSize: 2 });
    const [first, second] = await acquireAll(pool, 2);
    const start = performance.now();
    const full = await errorOf(pool.acquire({ timeoutMs: 200 }));
    const elapsedMs = performance.now() - start;
    assert.ok(elapsedMs >= 195, `after ${elapsedMs} ms`);
    assertError(full, { name: "TimeoutError", code: "POOL_TIMEOUT", phase: "acquire", cause: undefined });
    const { leased, maxSize, connecting } = full.stats as ReturnType<RedisPool["stats"]>;
    assert.deepEqual({ leased, maxSize, connecting }, { leased: 2, maxSize: 2, connecting: 0 });

    const order: string[] = [];
    const waiting = ["a", "b", "c"].map((name) => pool.use((lease) => (order.push(name), lease.ping())));
    first!.release();
    await Promise.all(waiting);
    assert.deepEqual(order, ["a", "b", "c"]);

    second!.release();
    scene.proxy.refuse();
    scene.proxy.reset();
    await waitUntil(() => pool.stats().total === 0);
    const down = await errorOf(pool.acquire({ timeoutMs: 500 }));
    assertError(down, { code: "POOL_TIMEOUT" });
    assertError(down.cause, { name: "ConnectError", code: "CONNECT_REFUSED" });
  }),
);

test(
  "Q02: who acquires all the time through an outage is never late, and served soon after it",
  redis,
  play(async (scene) => {
    const timeoutMs = 1000;
    const pool = scene.pool({ maxSize: 3 });
    const latest = { goodAt: 0, longestMs: 0, failed: 0 };
    let isRunning = true;
    const caller = async () => {
      while (isRunning) {
        const start = performance.now();
        const isGood = await pool.use((lease) => lease.ping(), { timeoutMs }).then(() => true, () => false);
        if (isGood) latest.goodAt = performance.now();
        else latest.failed++;
        latest.longestMs = Math.max(latest.longestMs, performance.now() - start);
        await pause(20);
      }
    };
    const callers = [caller(), caller(), caller(), caller()];
    await waitUntil(() => latest.goodAt > 0);
    scene.proxy.refuse();
    scene.proxy.reset();
    await pause(lasting(2000, 20_000));
    assert.ok(latest.failed >= 4, "nobody noticed the outage");
    const restoredAt = performance.now();
    await scene.proxy.heal();
    await waitUntil(() => latest.goodAt > restoredAt);
    // Probes are at most a second apart; the rest is room for a machine that is busy.
    assert.ok(latest.goodAt - restoredAt <= 2000, `${latest.goodAt - restoredAt} ms`);
    isRunning = false;
    await Promise.all(callers);
    assert.ok(latest.longestMs <= timeoutMs + 1000, `${latest.longestMs} ms`);
  }),
);

test(
  "Q04: one who waits for a server that is not there yet gets the first connection that can be made",
  redis,
  play(async (scene) => {
    scene.proxy.refuse();
    const pool = scene.pool();
    const waiting = watch(pool.acquire());
    await waitUntil(() => pool.stats().connectFailures >= 3);
    assert.equal(waiting.isSettled, false);
    await scene.proxy.heal();
    await waitUntil(() => waiting.isSettled);
    assert.equal(await waiting.value!.ping(), "PONG");
    waiting.value!.release();
    assert.equal(pool.stats().circuit, "closed");
  }),
);

test(
  "Q05: a lease that is held for too long is reported with its place and taken back; its connection ends",
  redis,
  play(async (scene) => {
    const reports: { stack: string; reclaimed: boolean }[] = [];
    const pool = scene.directPool({
      maxSize: 1,
      leakDetectionMs: 100,
      reclaimLeaked: true,
      observer: { leak: (report) => void reports.push(report) },
    });
    const forgotten = await pool.acquire();
    const id = await forgotten.client("ID");
    assert.notEqual(await pool.use((lease) => lease.client("ID")), id);
    assert.ok(reports.at(-1)!.reclaimed);
    assert.match(reports[0]!.stack, /pool_leases_test/);
    assertError(await errorOf(forgotten.ping()), { name: "LeaseError", code: "LEASE_LEAKED" });
    forgotten.release();
    forgotten.release();
    assert.equal(pool.stats().total, 1);
    await waitUntil(async () => await clientsOf(scene) === 1);
  }),
);

test(
  "Q06: whatever a lease leaves behind, the next holder finds a clean session",
  redis,
  play(async (scene) => {
    await scene.ask(["SET", "k", "db 0"]);
    const pool = scene.directPool({ maxSize: 1 });
    const leavings: Record<string, string[][]> = {
      "another database": [["SELECT", "3"]],
      "a watch": [["WATCH", "k"]],
      "a watch that was not ended by a refused DISCARD": [["WATCH", "k"], ["DISCARD"]],
      "an open transaction": [["MULTI"], ["SET", "k", "never"]],
      "a transaction that will be refused": [["MULTI"], ["NOSUCHCOMMAND"]],
      "tracking": [["CLIENT", "TRACKING", "ON"]],
      "no eviction": [["CLIENT", "NO-EVICT", "ON"]],
      "a name": [["CLIENT", "SETNAME", "mine"]],
      "another protocol": [["HELLO", "2"]],
      "all of it": [["SELECT", "3"], ["WATCH", "k"], ["CLIENT", "TRACKING", "ON"], ["MULTI"], ["GET", "k"]],
    };
    for (const [what, commands] of Object.entries(leavings)) {
      const lease = await pool.acquire();
      for (const args of commands) await lease.send(args).catch(() => {});
      lease.release();
      await scene.ask(["SET", "k", "db 0"]);
      await pool.use(async (next) => {
        assert.equal(await next.get("k"), "db 0", what);
        assert.deepEqual(await next.multi().get("k").exec(), ["db 0"], what);
        const session = String(await next.send(["CLIENT", "INFO"]));
        assert.match(session, / db=0 sub=0 psub=0 .*multi=-1 /, what);
        assert.match(session, / name= .* flags=N .* resp=3/, what);
      });
    }
    assert.equal(pool.stats().leased, 0);
  }),
);

test(
  "Q07: connections that were made together are retired apart, never while in use, and are missed by nobody",
  redis,
  play(async (scene) => {
    const closes: number[] = [];
    const pool = scene.directPool({
      maxSize: 24,
      minIdle: 16,
      maxLifetimeMs: 2000,
      maxLifetimeJitter: 0.5,
      observer: { close: (reason) => reason === "lifetime" && void closes.push(performance.now()) },
    });
    await pool.ready();
    const start = performance.now();
    let fewest = Infinity;
    let calls = 0;
    while (closes.length < 16 && performance.now() - start < 20_000) {
      const { idle, connecting, leased, validating } = pool.stats();
      fewest = Math.min(fewest, idle + connecting + leased + validating);
      await pool.use((lease) => lease.ping());
      calls++;
    }
    assert.ok(closes.length >= 16, `${closes.length} were retired`);
    assert.ok(closes[15]! - closes[0]! >= 200, `within ${closes[15]! - closes[0]!} ms`);
    assert.ok(fewest >= 15, `only ${fewest} were there or on their way`);
    assert.ok(calls > 16);
  }),
);

test(
  "Q08: ten idle connections that lead nowhere cost one acquire no more than its own time",
  redis,
  play(async (scene) => {
    const pool = scene.pool({ maxSize: 10, healthCacheTtlMs: 1, validateTimeoutMs: 150, keepaliveMs: 0 });
    await fill(pool, 10);
    // The way of the old connections is lost; whoever connects anew finds another.
    scene.proxy.swallow("toClient");
    scene.connector.redirect = (target) => ({ ...target, port: scene.server.port });
    await pause(20);
    const lease = await pool.acquire({ timeoutMs: 4000 });
    assert.equal(await lease.ping(), "PONG");
    lease.release();
    await waitUntil(() => pool.stats().closes === 10);
    assert.equal(pool.stats().timedOut, 0);
  }),
);

test(
  "Q08: ten idle connections of a server that was restarted: one acquire is enough, and one command",
  redis,
  play(async (scene) => {
    const pool = scene.directPool({ maxSize: 10, retry: false });
    await fill(pool, 10);
    await scene.server.restart();
    assert.equal(await pool.use((lease) => lease.set("k", "v")), "OK");
    assert.equal(await pool.get("k"), "v");
  }),
);

test(
  "Q09: close lets leases and accepted commands finish, turns away who waits, and the server sees nobody afterwards",
  redis,
  play(async (scene) => {
    const pool = scene.directPool({ maxSize: 3, minIdle: 1 });
    await pool.ready();
    const [lease, other] = await acquireAll(pool, 2);
    const command = watch(pool.get("k"));
    await waitUntil(() => command.isSettled);
    const waiting = errorOf(pool.acquire());
    const slow = lease!.blpop("q", 0.2);
    const accepted = pool.set("k", "v");
    const closed = pool.close({ timeoutMs: 5000 });
    assertError(await waiting, { name: "PoolError", code: "POOL_CLOSED" });
    assertError(await errorOf(pool.get("k")), { code: "POOL_CLOSED" });
    assert.equal(await accepted, "OK");
    assert.equal(await slow, null);
    other!.release();
    lease!.release();
    await closed;
    assert.equal(pool.stats().total, 0);
    await waitUntil(async () => await clientsOf(scene) === 0);
  }),
);

test(
  "Q09: close while it connects and while it waits to try again leaves nothing",
  redis,
  play(async (scene) => {
    for (const fault of ["acceptNoReply", "refuse"] as const) {
      scene.proxy[fault]();
      const pool = scene.pool({ connectTimeoutMs: 10_000 });
      const waiting = errorOf(pool.acquire());
      await waitUntil(() => pool.stats().connecting + pool.stats().connectFailures > 0);
      await pool.close({ timeoutMs: 5000 });
      assertError(await waiting, { code: "POOL_CLOSED" });
      assert.equal(pool.stats().total, 0);
      await scene.proxy.heal();
    }
  }),
);

test(
  "Q12: blocking commands that hold all of their connections leave everybody else alone",
  redis,
  play(async (scene) => {
    const pool = scene.directPool({ maxSize: 2, blocking: { maxSize: 3 } });
    const popped = Array.from({ length: 5 }, () => watch(pool.blpop("q", 0)));
    await waitUntil(async () => /blocked_clients:3/.test(String(await scene.ask(["INFO", "clients"]))));
    for (let n = 0; n < 200; n++) await pool.set("k", n);
    assert.equal(await pool.use((lease) => lease.get("k")), "199");
    assert.ok(popped.every(({ isSettled }) => !isSettled));
    await pool.rpush("q", "1", "2", "3", "4", "5");
    await waitUntil(() => popped.every(({ isSettled }) => isSettled));
    assert.deepEqual(popped.map(({ value }) => value![1]).toSorted(), ["1", "2", "3", "4", "5"]);
  }),
);

test(
  "Q13: load that comes and goes on a pool that is resized all the time leaks nothing and is never too large",
  redis,
  play(async (scene) => {
    const most = 8;
    const pool = scene.directPool({ maxSize: most, idleTimeoutMs: 20, acquireTimeoutMs: 10_000 });
    const endAt = performance.now() + lasting(1200, 60_000);
    let served = 0;
    for (let wave = 0; performance.now() < endAt; wave++) {
      pool.resize({ maxSize: 1 + (wave * 5) % most });
      await Promise.all(Array.from({ length: wave % 2 === 0 ? 40 : 1 }, async (_, n) => {
        const lease = await pool.acquire();
        await lease.ping();
        if (n % 7 === 0) lease.destroy();
        else lease.release();
        served++;
      }));
      if (wave % 4 === 3) await pause(30);
    }
    assert.ok(served > 40);
    assert.ok(scene.connector.mostOpen <= most, `${scene.connector.mostOpen} sockets`);
    const { leased, waiting, timedOut } = pool.stats();
    assert.deepEqual({ leased, waiting, timedOut }, { leased: 0, waiting: 0, timedOut: 0 });
    await waitUntil(() => pool.stats().total === 0, 10_000, () => JSON.stringify(pool.stats()));
  }),
);
