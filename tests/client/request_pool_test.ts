import assert from "node:assert/strict";
import { test } from "node:test";
import { createPoolWith } from "../../lib/client/create_pool.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { LeaseError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { echoReply, valueOf } from "../support/oracles.ts";

/** A runtime that serves one request at a time, told by its number; 0 is none. */
class Requests {
  current = 1;
  marked = 0;

  readonly mark = (): () => boolean => {
    if (this.current === 0) throw new Error("not in a request");
    this.marked++;
    const mine = this.current;
    return () => this.current === mine;
  };
}

function open(options: RedisPoolOptions = {}): { pool: RedisPool; requests: Requests; network: FaultyConnector } {
  const network = new FaultyConnector();
  network.onSocket = (socket) => socket.answer = (args) => echoReply(args);
  const requests = new Requests();
  const create = createPoolWith(() => network.connect, { markRequest: requests.mark });
  return { pool: create({ host: "h", port: 1, clock: new FakeClock(), ...options }), requests, network };
}

function isRefused(error: unknown): true {
  assert.ok(error instanceof LeaseError);
  assert.deepEqual([error.code, error.maybeExecuted, error.sent], ["CROSS_REQUEST", false, false]);
  return true;
}

/** Every way to ask a pool for something. */
const calls: Record<string, (pool: RedisPool) => Promise<unknown>> = {
  "a typed command": (pool) => pool.get("k"),
  "a command with a reshaped reply": (pool) => pool.hgetall("k"),
  send: (pool) => pool.send(["GET", "k"]),
  "send with options": (pool) => pool.send(["GET", "k"], { timeoutMs: 5 }),
  "a blocking command": (pool) => pool.blpop("k", 1),
  "a view": (pool) => pool.with({ timeoutMs: 5 }).get("k"),
  "a pipeline": (pool) => pool.pipeline().get("k").exec(),
  "a transaction": (pool) => pool.multi().get("k").exec(),
  acquire: (pool) => pool.acquire(),
  use: (pool) => pool.use(() => {}),
  ready: (pool) => pool.ready(),
  warm: (pool) => pool.warm(1),
};

for (const [name, call] of Object.entries(calls)) {
  test(`T18: ${name} in another request is refused at once`, async () => {
    const { pool, requests, network } = open();
    assert.equal(await pool.get("a"), valueOf("a"));
    const { sockets } = network;
    const written = sockets[0]!.writes.length;
    requests.current = 2;
    await assert.rejects(call(pool), isRefused);
    assert.deepEqual([sockets.length, sockets[0]!.writes.length], [1, written]);
    requests.current = 1;
    assert.equal(await pool.get("b"), valueOf("b"));
    await pool.destroy();
  });
}

test("T18: tryAcquire in another request throws", async () => {
  const { pool, requests } = open();
  await pool.ready();
  requests.current = 2;
  assert.throws(() => pool.tryAcquire(), isRefused);
  requests.current = 1;
  pool.tryAcquire()!.release();
  await pool.destroy();
});

test("T18: a lease is good in its own request alone", async () => {
  const { pool, requests } = open();
  const lease = await pool.acquire();
  assert.equal(await lease.get("a"), valueOf("a"));
  requests.current = 2;
  await assert.rejects(lease.get("a"), isRefused);
  await assert.rejects(lease.send(["GET", "a"]), isRefused);
  await assert.rejects(lease.watch("a"), isRefused);
  await assert.rejects(lease.pipeline().get("a").exec(), isRefused);
  requests.current = 1;
  lease.release();
  await pool.destroy();
});

test("T18: a pool can be made before any request and belongs to the first one that uses it", async () => {
  const { pool, requests, network } = open();
  requests.current = 0;
  await assert.rejects(pool.get("a"), isRefused);
  assert.equal(network.targets.length, 0);
  requests.current = 7;
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(requests.marked, 1);
  requests.current = 8;
  await assert.rejects(pool.get("a"), isRefused);
  await pool.destroy();
});

test("such a pool is small unless told otherwise", async () => {
  const { pool } = open();
  assert.equal(pool.stats().maxSize, 4);
  await pool.destroy();
  const large = open({ maxSize: 9 }).pool;
  assert.equal(large.stats().maxSize, 9);
  await large.destroy();
});

test("such a pool does nothing in the background", async () => {
  const clock = new FakeClock();
  const { pool, network } = open({ clock });
  await pool.use((lease) => lease.get("a"));
  const written = network.sockets[0]!.writes.length;
  await clock.advance(60_000);
  assert.deepEqual([clock.timers, network.sockets[0]!.writes.length, network.sockets.length], [0, written, 1]);
  await pool.destroy();
});

test("lifecycle process lifts the bond", async () => {
  const { pool, requests } = open({ lifecycle: "process" });
  await pool.get("a");
  requests.current = 2;
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(pool.stats().maxSize, 10);
  await pool.destroy();
});

test("lifecycle request without a runtime of requests knows no bond", async () => {
  const network = new FaultyConnector();
  network.onSocket = (socket) => socket.answer = (args) => echoReply(args);
  const create = createPoolWith(() => network.connect);
  const pool = create({ host: "h", port: 1, clock: new FakeClock(), lifecycle: "request" });
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(pool.stats().maxSize, 10);
  await pool.destroy();
});
