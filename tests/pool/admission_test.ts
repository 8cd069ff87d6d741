import assert from "node:assert/strict";
import { test } from "node:test";
import { AbortError, ArgumentError, BackpressureError, CircuitOpenError } from "../../lib/errors.ts";
import { acquireAll, setUp, watch } from "./set_up.ts";

test("Q03: whoever finds the line full is turned away at once", async () => {
  const { pool } = setUp({ maxSize: 1, maxWaiters: 3 });
  const held = await pool.acquire();
  const waiting = [1, 2, 3].map(() => watch(pool.acquire()));
  await assert.rejects(
    pool.acquire(),
    (error) => error instanceof BackpressureError && error.code === "POOL_QUEUE_FULL",
  );
  held.release();
  await undefined;
  assert.equal(waiting[0]!.state, "resolved");
  watch(pool.acquire());
  assert.equal(pool.stats().waiting, 3);
});

test("the shared lane may join a line that is full", async () => {
  const { pool } = setUp({ maxSize: 1, maxWaiters: 1 });
  const held = await pool.acquire();
  watch(pool.acquire());
  const lane = pool.reserve({ urgent: true });
  held.release();
  assert.equal((await lane).released, false);
});

test("without a limit of the line nobody is turned away", async () => {
  const { pool } = setUp({ maxSize: 1, maxWaiters: 0 });
  await pool.acquire();
  for (let n = 0; n < 20_000; n++) pool.acquire().catch(() => {});
  assert.equal(pool.stats().waiting, 20_000);
  await pool.destroy();
});

test("C03: a signal that fired before makes no entry in line and no connection", async () => {
  const { pool, factory } = setUp();
  const reason = new Error("my reason");
  const signal = AbortSignal.abort(reason);
  for (const call of [() => pool.acquire({ signal }), () => pool.reserve({ urgent: true, signal })]) {
    await assert.rejects(call(), (error) => error instanceof AbortError && error.cause === reason && !error.sent);
  }
  assert.equal(factory.connects, 0);
  await pool.warm(1);
  await assert.rejects(pool.acquire({ signal }), AbortError);
  assert.equal(pool.stats().idle, 1);
});

test("C03: a signal that fired before gets no connection either, idle or not", async () => {
  const { pool } = setUp();
  await pool.ready();
  const signal = AbortSignal.abort();
  await assert.rejects(pool.acquire({ signal }), { code: "ABORTED" });
  await assert.rejects(pool.reserve({ urgent: true, signal }), { code: "ABORTED" });
  assert.deepEqual([pool.stats().idle, pool.stats().cancelled], [1, 2]);
});

test("C08: a caller who gives up does not end the connect he caused; its connection serves the next", async () => {
  const { pool, factory, clock } = setUp();
  factory.held.add("connect");
  const abort = new AbortController();
  const first = watch(pool.acquire({ signal: abort.signal }));
  abort.abort(new Error("no longer"));
  await clock.settle();
  assert.ok(first.error instanceof AbortError);
  assert.equal(factory.pending[0]?.signal?.aborted, false);
  const second = watch(pool.acquire());
  factory.pass("connect");
  await clock.settle();
  assert.equal(second.value?.connection.id, 1);
  assert.equal(factory.connects, 1);
});

test("C09: given up and served at the same instant, the connection goes to exactly one", async () => {
  for (const releaseFirst of [true, false]) {
    const { pool, clock } = setUp({ maxSize: 1 });
    const held = await pool.acquire();
    const abort = new AbortController();
    const first = watch(pool.acquire({ signal: abort.signal }));
    const second = watch(pool.acquire());
    if (releaseFirst) held.release();
    abort.abort();
    if (!releaseFirst) held.release();
    await clock.settle();
    assert.equal(first.state, releaseFirst ? "resolved" : "rejected");
    assert.equal(second.state, releaseFirst ? "pending" : "resolved");
    assert.deepEqual([pool.stats().leased, pool.stats().waiting], [1, releaseFirst ? 1 : 0]);
    (first.value ?? second.value)!.release();
    await clock.settle();
    assert.equal(pool.stats().total, 1);
  }
});

test("a time limit that is no number of milliseconds is refused", async () => {
  const { pool } = setUp({ maxSize: 1 });
  await pool.acquire();
  for (const timeoutMs of [-1, NaN, "5" as unknown as number, null as unknown as number]) {
    await assert.rejects(pool.acquire({ timeoutMs }), ArgumentError);
  }
  assert.equal(pool.stats().waiting, 0);
});

test("a caller's own time limit replaces the pool's, in both directions", async () => {
  const { pool, clock } = setUp({ maxSize: 1, acquireTimeoutMs: 100 });
  await pool.acquire();
  const outcomes = [20, undefined, 200, 0].map((timeoutMs) => watch(pool.acquire({ timeoutMs })));
  const states = () => outcomes.map(({ state }) => state[0]).join("");
  await clock.advance(30);
  assert.equal(states(), "rppp");
  await clock.advance(80);
  assert.equal(states(), "rrpp");
  await clock.advance(100);
  assert.equal(states(), "rrrp");
  await clock.advance(100_000);
  assert.equal(states(), "rrrp");
});

test("while the circuit is open callers are turned away at once if that is wanted, with what opened it", async () => {
  const { pool, factory, clock } = setUp({ circuitBreaker: { whenOpen: "reject" }, maxConcurrentConnects: 1 });
  const refused = new Error("refused");
  factory.failure = () => refused;
  const first = watch(pool.acquire());
  await clock.advance(50);
  const { error } = first;
  assert.ok(error instanceof CircuitOpenError);
  assert.equal(error.cause, refused);
  assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 250);
  await assert.rejects(pool.acquire(), CircuitOpenError);
  assert.equal(factory.connects, 3);
});

test("the first caller after that time causes the probe, and its connection is his", async () => {
  const { pool, factory, clock } = setUp({ circuitBreaker: { whenOpen: "reject" }, maxConcurrentConnects: 1 });
  factory.failure = (attempt) => attempt <= 3 ? new Error("refused") : undefined;
  watch(pool.acquire());
  await clock.advance(500);
  factory.held.add("connect");
  const prober = watch(pool.acquire());
  assert.equal(pool.stats().circuit, "half_open");
  await assert.rejects(pool.acquire(), CircuitOpenError);
  factory.pass("connect");
  await clock.settle();
  assert.equal(prober.state, "resolved");
  assert.equal(pool.stats().circuit, "closed");
});

test("a probe that is refused for good does not turn callers away for ever", async () => {
  const { pool, factory, clock } = setUp({ circuitBreaker: { whenOpen: "reject" }, maxConcurrentConnects: 1 });
  const wrong = factory.fatal = new Error("wrong password");
  factory.failure = (attempt) => attempt <= 3 ? new Error("refused") : attempt === 4 ? wrong : undefined;
  watch(pool.acquire());
  await clock.advance(500);
  await assert.rejects(pool.acquire(), wrong);
  await clock.advance(1500);
  const lease = watch(pool.acquire());
  await clock.advance(10);
  assert.equal(lease.state, "resolved");
  assert.equal(pool.stats().circuit, "closed");
});

test("an open circuit does not turn the shared lane away, nor callers for whom a connection is idle", async () => {
  const { pool, factory, clock } = setUp({ circuitBreaker: { whenOpen: "reject" }, maxSize: 2 });
  const lease = await pool.acquire();
  factory.failure = () => new Error("refused");
  const waiting = watch(pool.acquire());
  await clock.advance(100);
  assert.ok(waiting.error instanceof CircuitOpenError);
  const lane = watch(pool.reserve({ urgent: true }));
  await clock.settle();
  assert.equal(lane.state, "pending");
  lease.release();
  await clock.settle();
  lane.value!.release();
  (await pool.acquire()).release();
});

test("whoever shares the only connection is told that someone waits, once per waiter, and may give it up", async () => {
  let told = 0;
  const { pool } = setUp({ maxSize: 1, onWaiter: () => told++ });
  const lane = await pool.reserve({ urgent: true });
  const waiting = pool.acquire();
  assert.equal(told, 1);
  const urgent = watch(pool.reserve({ urgent: true }));
  lane.release();
  await undefined;
  urgent.value!.release();
  assert.equal((await waiting).connection.id, 1);
});

test("nobody is told while a connection is on its way", async () => {
  let told = 0;
  const { pool, factory } = setUp({ maxSize: 2, onWaiter: () => told++ });
  factory.held.add("connect");
  watch(pool.reserve({ urgent: true }));
  watch(pool.acquire());
  assert.equal(told, 0);
  watch(pool.acquire());
  assert.equal(told, 1);
  await pool.destroy();
});

test("an onWaiter that throws breaks nothing", async () => {
  const { pool } = setUp({
    maxSize: 1,
    onWaiter: () => {
      throw new Error("mine");
    },
  });
  const [held] = await acquireAll(pool, 1);
  const waiting = pool.acquire();
  held!.release();
  assert.equal((await waiting).connection.id, 1);
});
