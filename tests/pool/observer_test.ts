import assert from "node:assert/strict";
import { test } from "node:test";
import type { PoolObserver } from "../../lib/observability/observer.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import type { FakeConnection } from "./fake_factory.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

const names = [
  "connect",
  "connectFailed",
  "close",
  "acquire",
  "release",
  "leak",
  "unleaked",
  "circuit",
  "reconnecting",
  "invalidate",
] as const satisfies (keyof PoolObserver)[];

/** An observer that notes what it hears and then does as `then` says. */
function observerOf(then: () => void = () => {}): { observer: PoolObserver; heard: [string, ...unknown[]][] } {
  const heard: [string, ...unknown[]][] = [];
  const hear = (name: string) => (...args: unknown[]) => {
    heard.push([name, ...args]);
    then();
  };
  return { observer: Object.fromEntries(names.map((name) => [name, hear(name)])), heard };
}

/** A pool's life in which everything happens that can be observed. */
async function live(observer: PoolObserver) {
  const { pool, clock, factory } = setUp({
    maxSize: 1,
    observer,
    leakDetectionMs: 100,
    circuitBreaker: { failures: 1 },
    random: () => 1,
  });
  const error = new Error("refused");
  factory.connectMs = 5;
  factory.failure = (attempt) => attempt === 1 ? error : undefined;
  const first = watch(pool.acquire());
  await clock.advance(300);
  const lease = first.value!;
  const second = watch(pool.acquire());
  await clock.advance(150);
  lease.release();
  await clock.settle();
  pool.invalidate("moved");
  second.value!.release();
  await pool.close();
  return { pool, error };
}

test("a pool tells what happens to it, in order and with the times", async () => {
  const { observer, heard } = observerOf();
  const { error } = await live(observer);
  assert.deepEqual(
    heard.map(([name]) => name),
    [
      "circuit",
      "reconnecting",
      "connectFailed",
      "circuit",
      "circuit",
      "connect",
      "acquire",
      "leak",
      "unleaked",
      "release",
      "acquire",
      "invalidate",
      "release",
      "close",
    ],
  );
  assert.deepEqual(new Set(heard.map(([name]) => name)), new Set(names));
  const args = (name: string) => heard.filter(([other]) => other === name).map(([, ...rest]) => rest);
  assert.deepEqual(args("circuit"), [["open"], ["half_open"], ["closed"]]);
  assert.deepEqual(args("reconnecting"), [[1, 250]]);
  assert.deepEqual(args("connectFailed"), [[error]]);
  assert.deepEqual(args("connect"), [[5]]);
  assert.deepEqual(args("acquire"), [[260], [150]]);
  assert.deepEqual(args("release"), [[190], [0]]);
  assert.deepEqual(args("unleaked"), [[190]]);
  assert.deepEqual(args("invalidate"), [["moved"]]);
  assert.deepEqual(args("close"), [["moved"]]);
});

test("an observer that throws each time does not change the pool's life", async () => {
  const quiet = await live({});
  const { observer, heard } = observerOf(() => {
    throw new Error("mine");
  });
  const loud = await live(observer);
  assert.equal(heard.length, 14);
  assert.deepEqual(loud.pool.stats(), quiet.pool.stats());
});

test("an observer may use the pool it observes", async () => {
  let isWithin = false;
  let times = 0;
  const { observer } = observerOf(() => {
    // What it does is heard of too: without a limit it would never end.
    if (isWithin || times === 20) return;
    isWithin = true;
    times++;
    pool.tryAcquire()?.release();
    watch(pool.acquire().then((lease) => lease.release()));
    isWithin = false;
  });
  const { pool, clock, factory } = setUp({ maxSize: 2, observer });
  const leases = await acquireAll(pool, 2);
  for (const lease of leases) lease.release();
  await clock.settle();
  const { leased, waiting, idle } = pool.stats();
  assert.deepEqual([leased, waiting, idle, factory.mostSockets], [0, 0, 2, 2]);
  assert.equal(times, 20);
  await pool.close();
  assert.equal(factory.sockets, 0);
});

test("an observer may acquire when an acquire has failed, even when several fail at once", async () => {
  let again = 3;
  const observer = {
    acquireFailed: () => {
      if (again-- > 0) waits.push(watch(pool.acquire()));
    },
  };
  const { pool, clock } = setUp({ maxSize: 1, acquireTimeoutMs: 100, observer });
  const lease = await pool.acquire();
  const waits = [watch(pool.acquire()), watch(pool.acquire())];
  for (let n = 0; n < 10; n++) await clock.advance(100);
  assert.deepEqual(waits.map(({ state }) => state), Array(5).fill("rejected"));
  assert.equal(pool.stats().waiting, 0);
  lease.release();
  await pool.close();
  assert.equal(clock.timers, 0);
});

test("an observer may release when an acquire has failed: who waits is served, or told, and nobody is forgotten", async () => {
  const held: Lease<FakeConnection>[] = [];
  const observer = { acquireFailed: () => held.pop()?.release() };
  const { pool, clock } = setUp({ maxSize: 1, acquireTimeoutMs: 100, observer });
  held.push(await pool.acquire());
  const [first, second] = [watch(pool.acquire()), watch(pool.acquire())];
  await clock.advance(50);
  const third = watch(pool.acquire());
  await clock.advance(60);
  assert.deepEqual([first.state, second.state, third.state], ["rejected", "rejected", "resolved"]);
  assert.equal(pool.stats().waiting, 0);
  third.value!.release();
  await pool.close();
});

test("an observer that comes later hears of what comes later, until it goes", async () => {
  const { pool, clock } = setUp({ maxSize: 1 });
  const first = await pool.acquire();
  const heard: string[] = [];
  const stop = pool.observe({
    acquire: (waitMs) => heard.push(`acquire ${waitMs}`),
    release: () => heard.push("release"),
  });
  first.release();
  const second = await pool.acquire();
  await clock.advance(10);
  const third = watch(pool.acquire());
  await clock.advance(25);
  second.release();
  await clock.settle();
  assert.deepEqual(heard.splice(0), ["acquire 0", "release", "acquire 25"]);
  stop();
  third.value!.release();
  (await pool.acquire()).release();
  assert.deepEqual(heard, []);
  await pool.close();
});

test("who gets no lease is told with his error and how long he waited", async () => {
  const failures: [string, number][] = [];
  const observer = {
    acquireFailed: (error: unknown, waitMs: number) => failures.push([(error as { code: string }).code, waitMs]),
  };
  const { pool, clock } = setUp({ maxSize: 1, maxWaiters: 2, observer });
  const lease = await pool.acquire();
  const controller = new AbortController();
  const waits = [watch(pool.acquire({ timeoutMs: 40 })), watch(pool.acquire({ signal: controller.signal }))];
  watch(pool.acquire());
  watch(pool.acquire({ signal: AbortSignal.abort() }));
  await clock.advance(10);
  controller.abort();
  await clock.advance(90);
  assert.ok(waits.every(({ state }) => state === "rejected"));
  const [full, aborted, ...late] = failures;
  assert.deepEqual([full, aborted?.[0]], [["POOL_QUEUE_FULL", 0], "ABORTED"]);
  assert.deepEqual(late.map(([code]) => code), ["ABORTED", "POOL_TIMEOUT"]);
  assert.equal(late[0]![1], 10);
  assert.ok(late[1]![1] >= 40);
  lease.release();
  await pool.close();
});

test("there is a connection after there was none: at the start, and after all were lost", async () => {
  let ready = 0;
  let connects = 0;
  const { pool, clock } = setUp({ maxSize: 3, observer: { ready: () => ready++, connect: () => connects++ } });
  await pool.warm(3);
  assert.deepEqual([ready, connects], [1, 3]);
  pool.invalidate("moved");
  await clock.settle();
  await pool.warm(2);
  assert.deepEqual([ready, connects], [2, 5]);
  await pool.close();
});
