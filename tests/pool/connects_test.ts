import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectError, type TimeoutError } from "../../lib/errors.ts";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";
import { FakeFactory } from "./fake_factory.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

const refused = new Error("refused");

test("connects run side by side, no more at a time than is allowed", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, maxConcurrentConnects: 4 });
  factory.connectMs = 50;
  const outcomes = Array.from({ length: 10 }, () => watch(pool.acquire()));
  await clock.advance(155);
  assert.equal(factory.mostConnecting, 4);
  assert.ok(outcomes.every(({ state }) => state === "resolved"));
  assert.deepEqual(factory.connectTimes, [0, 0, 0, 0, 50, 50, 50, 50, 100, 100].map((ms) => 1000 + ms));
});

test("without a limit all connects run at once", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 20, maxConcurrentConnects: 0 });
  factory.connectMs = 50;
  const leases = watch(acquireAll(pool, 20));
  await clock.advance(60);
  assert.equal(leases.state, "resolved");
  assert.equal(factory.mostConnecting, 20);
});

test("callers who come while every slot is being opened never have more opened than slots", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 5, maxConcurrentConnects: 0 });
  factory.held.add("connect").add("destroy");
  const random = new Random(4);
  for (let n = 0; n < 300; n++) {
    watch(pool.acquire({ timeoutMs: 5 + random.int(0, 20) }).then((lease) => lease.destroy()));
    if (random.chance(0.3)) factory.pending[random.int(0, factory.pending.length - 1)]?.pass();
    await clock.advance(random.int(0, 3));
    assert.ok(factory.sockets <= 5, "sockets that are still closing count");
  }
  assert.equal(factory.mostSockets, 5);
});

test("a connect outlives the caller it was begun for", async () => {
  const { pool, factory, clock } = setUp();
  factory.connectMs = 100;
  const caller = watch(pool.acquire({ timeoutMs: 25 }));
  await clock.advance(110);
  assert.equal((caller.error as TimeoutError).code, "POOL_TIMEOUT");
  assert.deepEqual([pool.stats().total, pool.stats().idle, pool.stats().timedOut], [1, 1, 1]);
  assert.equal(pool.tryAcquire()?.connection.id, 1);
});

test("a connect that was given to another than who caused it is counted once", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, maxConcurrentConnects: 2 });
  factory.connectMs = 30;
  for (let round = 0; round < 50; round++) {
    const outcomes = Array.from({ length: 8 }, (_, n) => watch(pool.acquire({ timeoutMs: n % 2 === 0 ? 10 : 500 })));
    for (let n = 0; n < 20; n++) {
      await clock.advance(5);
      for (const outcome of outcomes) {
        outcome.value?.destroy();
        delete outcome.value;
      }
      assert.ok(factory.sockets <= 2);
    }
    await clock.advance(200);
    for (const { value } of outcomes) value?.destroy();
    await clock.advance(200);
    assert.equal(pool.stats().waiting, 0);
  }
});

test("a hanging connect is given up after its time, and the next attempt has its own", async () => {
  const { pool, factory, clock } = setUp({ connectTimeoutMs: 200, random: () => 0 });
  factory.held.add("connect");
  const lease = watch(pool.acquire());
  await clock.advance(450);
  assert.equal(factory.connects, 3);
  factory.held.clear();
  factory.pass("connect");
  await clock.settle();
  assert.equal(lease.state, "resolved");
  const error = pool.metrics.connectFailures;
  assert.deepEqual([...error], [["CONNECT_TIMEOUT", 2]]);
});

test("what is lost is a ConnectError that says how long it took", async () => {
  const { pool, factory, clock } = setUp({ connectTimeoutMs: 200 });
  factory.held.add("connect");
  const warmed = watch(pool.warm(1));
  await clock.advance(230);
  const { error } = warmed;
  assert.ok(error instanceof ConnectError);
  assert.deepEqual([error.code, error.phase], ["CONNECT_TIMEOUT", "connect"]);
  assert.ok(error.elapsedMs! >= 200 && error.elapsedMs! <= 210);
});

test("a factory that says in time why it did not connect is believed", async () => {
  const clock = new FakeClock();
  const own = new ConnectError("HANDSHAKE_TIMEOUT", "the handshake took too long");
  const pool = new Pool({
    connect: (signal: AbortSignal) =>
      new Promise<object>((_, reject) => signal.addEventListener("abort", () => reject(own))),
    destroy: () => {},
  }, { clock, connectTimeoutMs: 100 });
  const warmed = watch(pool.warm(1));
  await clock.advance(120);
  assert.equal(warmed.error, own);
});

test("a factory that does not hear the signal holds its slot, but nobody waits for it", async () => {
  const { pool, factory, clock } = setUp({ connectTimeoutMs: 100, maxSize: 2 });
  factory.held.add("connect");
  factory.hearsAbort = false;
  const warmed = watch(pool.warm(1));
  await clock.advance(165);
  assert.equal((warmed.error as ConnectError).code, "CONNECT_TIMEOUT");
  assert.deepEqual([pool.stats().closing, pool.stats().connecting], [1, 0]);
  factory.pending[0]!.pass();
  await clock.settle();
  assert.deepEqual([pool.stats().total, factory.sockets, factory.destroyed.length], [0, 0, 1]);
});

test("a connect that never ends costs its slot for five seconds, not for ever", async () => {
  const { pool, factory, clock } = setUp({ connectTimeoutMs: 100, maxSize: 1 });
  factory.held.add("connect");
  factory.hearsAbort = false;
  watch(pool.warm(1));
  await clock.advance(5200);
  assert.equal(pool.stats().total, 0);
  factory.pass("connect");
  await clock.settle();
  assert.equal(factory.open.size, 0, "what comes after all is destroyed");
});

test("without a time limit a connect may take for ever", async () => {
  const { pool, factory, clock } = setUp({ connectTimeoutMs: 0 });
  factory.held.add("connect");
  watch(pool.warm(1));
  await clock.advance(1_000_000);
  assert.equal(pool.stats().connecting, 1);
});

test("Q04: one waiter gets the first connection that can be made, within his time", async () => {
  const random = new Random(8);
  for (let failures = 1; failures <= 8; failures++) {
    const { pool, factory, clock } = setUp({ random: random.next });
    factory.failure = (attempt) => attempt <= failures ? refused : undefined;
    const lease = watch(pool.acquire());
    await clock.advance(5000);
    assert.equal(lease.state, "resolved", `after ${failures} failures`);
    assert.equal(factory.connects, failures + 1);
  }
});

test("the first failure is not passed on: the second waiter proceeds", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 1 });
  factory.failure = (attempt) => attempt === 1 ? refused : undefined;
  const outcomes = [1, 2].map(() => watch(pool.use((lease) => lease.connection.id)));
  await clock.advance(100);
  assert.deepEqual(outcomes.map(({ value }) => value), [1, 1]);
});

test("delays grow, then the circuit opens; attempts are made one at a time", async () => {
  const { pool, factory, clock } = setUp({ random: () => 1 - 1e-9, acquireTimeoutMs: 0 });
  factory.failure = () => refused;
  for (let n = 0; n < 10; n++) watch(pool.acquire());
  factory.mostConnecting = 0;
  await clock.advance(4000);
  // Four begin together; each failure counts.
  const after = factory.connectTimes.slice(4).map((at) => Math.round(at - 1000));
  assert.deepEqual(after.slice(0, 5), [250, 750, 1750, 2750, 3750]);
  assert.ok(factory.mostConnecting <= 1);
  assert.equal(pool.stats().circuit, "open");
});

test("a single caller sees the backoff before the circuit", async () => {
  const { pool, factory, clock } = setUp({ random: () => 1 - 1e-9, acquireTimeoutMs: 0 });
  factory.failure = () => refused;
  watch(pool.acquire());
  await clock.advance(3000);
  const times = factory.connectTimes.map((at) => Math.round(at - 1000));
  assert.deepEqual(times, [0, 20, 60, 310, 810, 1810, 2810]);
});

test("without a circuit the backoff goes on", async () => {
  const { pool, factory, clock } = setUp({
    random: () => 1 - 1e-9,
    acquireTimeoutMs: 0,
    circuitBreaker: { failures: 0 },
  });
  factory.failure = () => refused;
  watch(pool.acquire());
  await clock.advance(3500);
  const times = factory.connectTimes.map((at) => Math.round(at - 1000));
  assert.deepEqual(times, [0, 20, 60, 140, 300, 620, 1260, 2260, 3260]);
});

test("the probe's connection goes to the oldest waiter, and everybody else gets one at once", async () => {
  const states: string[] = [];
  const { pool, factory, clock } = setUp({
    maxSize: 5,
    random: () => 1 - 1e-9,
    observer: { circuit: (state) => states.push(state) },
  });
  factory.failure = () => refused;
  const order: number[] = [];
  for (let n = 0; n < 5; n++) pool.acquire().then(() => order.push(n));
  await clock.advance(200);
  factory.failure = () => undefined;
  await clock.advance(60);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.deepEqual(states, ["open", "half_open", "closed"]);
  assert.equal(pool.lastConnectError, undefined);
});

test("a circuit that nobody needs makes no attempts; the next caller after its time does", async () => {
  const { pool, factory, clock } = setUp({ acquireTimeoutMs: 100 });
  factory.failure = () => refused;
  watch(pool.acquire());
  await clock.advance(10_000);
  const { connects } = factory;
  assert.equal(clock.timers, 0);
  factory.failure = () => undefined;
  assert.equal((await pool.acquire()).connection.id, 1);
  assert.equal(factory.connects, connects + 1);
});

test("Q02: through an outage no call takes longer than its time, and the first good one comes soon after", async () => {
  const { pool, factory, clock } = setUp({ random: new Random(12).next, maxSize: 4, healthCacheTtlMs: 500 });
  const start = clock.now();
  let isDown = false;
  factory.failure = () => isDown ? refused : undefined;
  let firstGood = Infinity;
  let longest = 0;
  const call = async () => {
    const begin = clock.now();
    try {
      await pool.use((lease) => {
        if (isDown) pool.poison(lease.connection, "lost");
        else if (begin > start + 2000) firstGood = Math.min(firstGood, clock.now());
      });
    } catch (error) {
      assert.equal((error as TimeoutError).code, "POOL_TIMEOUT");
      assert.equal((error as TimeoutError).cause, refused);
    }
    longest = Math.max(longest, clock.now() - begin);
  };
  const calls: Promise<void>[] = [];
  for (let ms = 0; ms < 27_000; ms += 200) {
    if (ms === 2000) {
      isDown = true;
      for (const connection of factory.open) pool.poison(connection, "lost");
    }
    if (ms === 22_000) isDown = false;
    calls.push(call());
    await clock.advance(200);
  }
  await clock.advance(5000);
  await Promise.all(calls);
  assert.ok(longest <= 5020, `${longest} ms`);
  assert.ok(firstGood - (start + 22_000) <= 1200, `${firstGood - start - 22_000} ms after the end`);
});

test("Q13: load that comes and goes leaks nothing, never exceeds the size and tries one connect at a time while down", async () => {
  const random = new Random(6);
  const { pool, factory, clock } = setUp({
    maxSize: 10,
    minIdle: 2,
    random: random.next,
    idleTimeoutMs: 300,
    acquireTimeoutMs: 400,
  });
  factory.connectMs = 3;
  let isDown = false;
  factory.failure = () => isDown ? refused : undefined;
  let out = 0;
  for (let phase = 0; phase < 60; phase++) {
    isDown = phase % 6 === 5;
    if (isDown) { for (const connection of [...factory.open]) pool.poison(connection, "lost"); }
    await clock.advance(10);
    factory.mostConnecting = 0;
    const callers = phase % 2 === 0 ? random.int(10, 60) : 0;
    for (let n = 0; n < callers; n++) {
      pool.acquire().then((lease) => {
        out++;
        clock.setTimer(() => (out--, lease.release()), random.int(1, 30), true);
      }, () => {});
    }
    await clock.advance(990);
    assert.ok(factory.mostSockets <= 10);
    if (isDown) assert.ok(factory.mostConnecting <= 1, `${factory.mostConnecting} at a time`);
  }
  isDown = false;
  await clock.advance(5000);
  assert.deepEqual([out, pool.stats().leased, pool.stats().waiting], [0, 0, 0]);
  assert.equal(pool.stats().idle, 2);
  assert.equal(factory.open.size, 2);
});

test("a thousand requests against a dead server leave an empty line", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 10, acquireTimeoutMs: 1000 });
  factory.failure = () => refused;
  const outcomes = Array.from({ length: 1000 }, () => watch(pool.acquire()));
  await clock.advance(1100);
  assert.ok(outcomes.every(({ state }) => state === "rejected"));
  assert.deepEqual([pool.stats().waiting, pool.stats().total, clock.refTimers], [0, 0, 0]);
});

test("an error that will not go away reaches everyone at once, the shared lane included", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2, maxConcurrentConnects: 1 });
  factory.fatal = new Error("wrong password");
  factory.failure = () => factory.fatal;
  const outcomes = [pool.acquire(), pool.acquire(), pool.reserve({ urgent: true }), pool.ready()].map((call) =>
    watch<unknown>(call)
  );
  await clock.settle();
  assert.deepEqual(outcomes.map(({ error }) => error), Array(4).fill(factory.fatal));
  assert.equal(factory.connects, 1);
});

test("an isFatal that throws says no", async () => {
  const { pool, factory, clock } = setUp();
  factory.failure = (attempt) => attempt === 1 ? new Error("refused") : undefined;
  factory.isFatal = () => {
    throw new Error("broken");
  };
  const waiting = watch(pool.acquire());
  await clock.advance(500);
  assert.equal(waiting.state, "resolved");
});

test("for a second it is known without another attempt; then a caller causes one", async () => {
  const { pool, factory, clock } = setUp();
  factory.fatal = new Error("wrong password");
  factory.failure = () => factory.fatal;
  await assert.rejects(pool.acquire());
  for (const call of [() => pool.acquire(), () => pool.reserve({ urgent: true }), () => pool.warm(1)]) {
    await assert.rejects(call(), (error) => error === factory.fatal);
  }
  assert.equal(factory.connects, 1);
  await clock.advance(1001);
  factory.failure = () => undefined;
  assert.equal((await pool.acquire()).connection.id, 1);
});

test("what was refused for good is not tried again in the background", async () => {
  const { pool, factory, clock } = setUp({ minIdle: 2, maxConcurrentConnects: 1 });
  factory.fatal = new Error("wrong password");
  factory.failure = () => factory.fatal;
  await assert.rejects(pool.ready());
  await clock.advance(100_000);
  assert.equal(factory.connects, 1);
  factory.failure = () => undefined;
  (await pool.acquire()).release();
  await clock.advance(10);
  assert.equal(pool.stats().idle, 2, "one caller is enough to begin again");
});

test("a refusal opens no circuit", async () => {
  const { pool, factory, clock } = setUp();
  factory.fatal = new Error("wrong password");
  factory.failure = () => factory.fatal;
  for (let n = 0; n < 5; n++) {
    await assert.rejects(pool.acquire());
    await clock.advance(1001);
  }
  assert.equal(pool.stats().circuit, "closed");
});

test("while it is known an idle connection is leased all the same", async () => {
  const { pool, factory, clock } = setUp({ maxSize: 2 });
  const lease = await pool.acquire();
  factory.fatal = new Error("wrong password");
  factory.failure = () => factory.fatal;
  await assert.rejects(pool.acquire());
  lease.release();
  await clock.settle();
  assert.equal((await pool.acquire()).connection.id, 1);
});

test("a factory that throws instead of rejecting is no different", async () => {
  const clock = new FakeClock();
  const pool = new Pool<object>({
    connect: () => {
      throw refused;
    },
    destroy: () => {},
    isFatal: () => {
      throw new Error("mine");
    },
  }, { clock });
  await assert.rejects(pool.ready(), (error) => error === refused);
});

test("observers hear of attempts, failures and the wait for the next", async () => {
  const heard: unknown[] = [];
  const { pool, factory, clock } = setUp({
    random: () => 1 - 1e-9,
    maxConcurrentConnects: 1,
    observer: {
      connect: (ms) => heard.push(["connect", ms]),
      connectFailed: (error) => heard.push(["failed", error]),
      reconnecting: (attempt, delayMs) => heard.push(["reconnecting", attempt, Math.round(delayMs)]),
    },
  });
  factory.connectMs = 7;
  factory.failure = (attempt) => attempt <= 2 ? refused : undefined;
  watch(pool.acquire());
  await clock.advance(200);
  assert.deepEqual(heard, [
    ["reconnecting", 1, 20],
    ["failed", refused],
    ["reconnecting", 2, 40],
    ["failed", refused],
    ["connect", 7],
  ]);
});

test("a thousand pools that lose their server come back spread out", async () => {
  const random = new Random(21);
  const clock = new FakeClock();
  const times: number[] = [];
  for (let n = 0; n < 1000; n++) {
    const factory = new FakeFactory(clock);
    factory.failure = () => refused;
    const pool = new Pool(factory, { clock, random: random.next, maxConcurrentConnects: 1, acquireTimeoutMs: 0 });
    watch(pool.acquire());
    await undefined;
    await undefined;
    await undefined;
    const start = clock.now();
    for (let ms = 0; ms < 25 && factory.connects < 2; ms++) await clock.advance(1);
    times.push(factory.connectTimes[1]! - start);
    await pool.destroy();
  }
  assert.ok(times.every((ms) => ms >= 0 && ms <= 20.5));
  for (let ms = 0; ms < 20; ms++) {
    const count = times.filter((time) => time >= ms && time < ms + 1).length;
    assert.ok(count < 100, `${count} of 1000 within the same millisecond`);
  }
});

test("a pool that is told that its server does not answer opens the circuit, keeps what it has, and tries once", async () => {
  const { pool, factory, clock } = setUp({ circuitBreaker: { whenOpen: "reject" }, maxSize: 3 });
  const lease = await pool.acquire();
  const silent = new Error("no answer");
  pool.distrust(silent);
  assert.deepEqual([pool.stats().circuit, pool.stats().leased, pool.lastConnectError], ["open", 1, silent]);
  await assert.rejects(pool.acquire(), { name: "CircuitOpenError", cause: silent });
  assert.equal(factory.connects, 1);
  await clock.advance(250);
  factory.held.add("connect");
  const callers = [watch(pool.acquire()), watch(pool.acquire())];
  await clock.settle();
  assert.equal(factory.connects, 2, "one probe");
  factory.pass("connect");
  await clock.settle();
  assert.equal(callers[0]!.state, "resolved");
  assert.equal(pool.stats().circuit, "closed");
  lease.release();
  callers[0]!.value!.release();
  const ended = pool.destroy();
  pool.distrust(silent);
  await clock.settle();
  await ended;
  assert.equal(pool.stats().circuit, "closed");
});
