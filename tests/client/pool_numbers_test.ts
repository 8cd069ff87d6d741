/** Every number of a pool, each moved by what it counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandOutcomes, RedisPoolStats } from "../../lib/observability/stats.ts";
import { ConnectionLostError } from "../../lib/errors.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { echoReply, errorOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers, type Play } from "./faulty_pool.ts";

const reset = new ConnectionLostError("CONN_RESET", "h:1 reset the connection", { endpoint: "h:1" });

const none: CommandOutcomes = { ok: 0, error: 0, timeout: 0, aborted: 0, lost: 0, refused: 0, invalid: 0 };

/** The outcomes that are not zero. */
function outcomes({ commands }: RedisPoolStats): Partial<CommandOutcomes> {
  return Object.fromEntries(Object.entries(commands).filter(([, count]) => count !== 0));
}

/** Answers GET with an error. */
const badGet: Play = (args) => args[0] === "GET" ? "-WRONGTYPE no\r\n" : echoReply(args);

test("a pool at rest has every number, all zero but its limits", async () => {
  const { pool, end } = faultyPool({ maxSize: 7, minIdle: 2 });
  const { wait, connect, use, command, ...stats } = pool.stats();
  for (const times of [wait, connect, use, command]) assert.deepEqual([times.count, times.p99Ms], [0, 0]);
  assert.deepEqual(stats, {
    ...{ maxSize: 7, minIdle: 2, total: 0, connecting: 0, validating: 0, idle: 0, leased: 0, shared: 0, resetting: 0 },
    ...{ closing: 0, waiting: 0, circuit: "closed", circuitForMs: 0, acquiredAtOnce: 0, acquiredAfterWait: 0 },
    ...{ timedOut: 0, cancelled: 0, refused: 0, handOvers: 0, connects: 0, connectFailures: 0, closes: 0, leaks: 0 },
    ...{ unleaked: 0, closesByReason: {}, connectFailuresByCode: {}, queuedCommands: 0, queuedBytes: 0, inFlight: 0 },
    ...{ tombstones: 0, retries: 0, stalls: 0, commands: none, commandFailuresByCode: {}, blocking: undefined },
  });
  await end();
});

test("answered commands are ok, wherever they run and however they are called", async () => {
  const { pool, end } = faultyPool({}, (args) => args[0] === "BLPOP" ? "*-1\r\n" : echoReply(args));
  await pool.get("a");
  await pool.send(["GET", "a"]);
  await pool.with({ timeoutMs: 100 }).get("a");
  assert.deepEqual(outcomes(pool.stats()), { ok: 3 });
  await pool.pipeline().get("a").get("b").exec();
  assert.deepEqual(outcomes(pool.stats()), { ok: 5 });
  await pool.use(async (lease) => {
    await lease.get("a");
    await lease.send(["GET", "a"]);
    await lease.pipeline().get("a").get("b").exec();
  });
  assert.deepEqual(outcomes(pool.stats()), { ok: 9 });
  await pool.blpop("q", 1);
  assert.deepEqual(outcomes(pool.stats()), { ok: 10 });
  await end();
});

test("a reply that is reshaped counts like any other", async () => {
  const play: Play = (args) => args[0] === "HGETALL" ? "*2\r\n$1\r\na\r\n$1\r\n1\r\n" : echoReply(args, 2);
  const { pool, end } = faultyPool({ protocol: 2 }, play);
  assert.deepEqual(await pool.hgetall("k"), { a: "1" });
  await pool.use((lease) => lease.hgetall("k"));
  assert.deepEqual(outcomes(pool.stats()), { ok: 2 });
  await end();
});

test("what the pool itself asks the server counts for nobody", async () => {
  const { pool, advance, end } = faultyPool({ minIdle: 2, keepaliveMs: 100, healthCacheTtlMs: 10 });
  await pool.ready();
  const lease = await pool.acquire();
  await lease.send(["SELECT", "1"]);
  lease.release();
  await advance(2000);
  assert.deepEqual(outcomes(pool.stats()), { ok: 1 });
  await pool.ping();
  await advance(2000);
  assert.deepEqual(outcomes(pool.stats()), { ok: 2 });
  await end();
});

test("error replies are errors, by code, each of a batch for itself", async () => {
  const { pool, end } = faultyPool({}, badGet);
  await errorOf(pool.get("a"));
  await errorOf(pool.with({ timeoutMs: 100 }).get("a"));
  await errorOf(pool.pipeline().get("a").ping().get("b").exec());
  await pool.pipeline().get("a").settled();
  await pool.use((lease) => errorOf(lease.get("a")));
  assert.deepEqual(outcomes(pool.stats()), { ok: 1, error: 6 });
  assert.deepEqual(pool.stats().commandFailuresByCode, { WRONGTYPE: 6 });
  await end();
});

test("what is late is a timeout; its place is a tombstone until its reply comes, which counts for nothing", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({ stallTimeoutMs: 0, commandTimeoutMs: 300 }, held.play);
  const late = [watch(pool.get("a")), watch(pool.with({ timeoutMs: 100 }).get("b"))];
  const batch = watch(pool.with({ timeoutMs: 100 }).pipeline().get("c").get("d").exec());
  await settle();
  assert.deepEqual([pool.stats().inFlight, pool.stats().tombstones], [4, 0]);
  await advance(150);
  assert.deepEqual([pool.stats().inFlight, pool.stats().tombstones], [4, 3]);
  assert.deepEqual(outcomes(pool.stats()), { timeout: 3 });
  await advance(200);
  assert.ok([...late, batch].every(({ isSettled }) => isSettled));
  assert.deepEqual([pool.stats().tombstones, pool.stats().queuedCommands], [4, 4]);
  held.release();
  await settle();
  assert.deepEqual([pool.stats().inFlight, pool.stats().tombstones], [0, 0]);
  assert.deepEqual(outcomes(pool.stats()), { timeout: 4 });
  assert.deepEqual(pool.stats().commandFailuresByCode, { COMMAND_TIMEOUT: 4 });
  await end();
});

test("a batch that ends in the middle counts what was answered as answered", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({ stallTimeoutMs: 0 }, held.play);
  const batch = watch(pool.with({ timeoutMs: 100 }).pipeline().get("a").get("b").get("c").exec());
  await settle();
  held.release(1);
  await advance(150);
  assert.equal((batch.error as { name: string }).name, "BatchError");
  assert.deepEqual(outcomes(pool.stats()), { ok: 1, timeout: 2 });
  held.release();
  await settle();
  assert.deepEqual(outcomes(pool.stats()), { ok: 1, timeout: 2 });
  await end();
});

test("what is waiting for a connection is late or aborted like anything else", async () => {
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 100 });
  network.holds = true;
  const controller = new AbortController();
  const calls = [watch(pool.get("a")), watch(pool.with({ signal: controller.signal }).get("b"))];
  await advance(10);
  assert.deepEqual([pool.stats().queuedCommands, pool.stats().inFlight], [2, 0]);
  controller.abort();
  await advance(200);
  assert.ok(calls.every(({ isSettled }) => isSettled));
  assert.deepEqual(outcomes(pool.stats()), { timeout: 1, aborted: 1 });
  network.refuseHeld(new Error("over"));
  await end();
});

test("a lost connection loses what must not run twice, and sends the rest again", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({}, held.play);
  const calls = [watch(pool.get("a")), watch(pool.incr("n")), watch(pool.pipeline().incr("n").incr("n").exec())];
  await settle();
  network.sockets[0]!.fail(reset);
  await settle();
  assert.deepEqual(outcomes(pool.stats()), { lost: 3 });
  assert.deepEqual(pool.stats().commandFailuresByCode, { CONN_RESET: 3 });
  assert.equal(pool.stats().retries, 1);
  held.release();
  await settle();
  assert.ok(calls.every(({ isSettled }) => isSettled));
  assert.deepEqual(outcomes(pool.stats()), { ok: 1, lost: 3 });
  await end();
});

test("what was refused for now and runs later is one retry and one answer", async () => {
  let loading = 2;
  const play: Play = (args) =>
    handshakeReply(args) === undefined && loading-- > 0 ? "-LOADING later\r\n" : echoReply(args);
  const { pool, advance, end } = faultyPool({}, play);
  const value = watch(pool.get("a"));
  await advance(5000);
  assert.equal(value.isSettled, true);
  assert.deepEqual([outcomes(pool.stats()), pool.stats().retries], [{ ok: 1 }, 2]);
  await end();
});

test("what finds no room is refused, what cannot be sent is invalid", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({ shared: { maxQueued: 2 } }, held.play);
  const calls = [watch(pool.get("a")), watch(pool.get("b"))];
  await errorOf(pool.get("c"));
  await errorOf(pool.hgetall("c"));
  await errorOf(pool.with({ timeoutMs: 9 }).get("c"));
  await errorOf(pool.pipeline().get("c").get("d").exec());
  assert.deepEqual(outcomes(pool.stats()), { refused: 5 });
  await settle();
  held.release();
  await settle();
  assert.ok(calls.every(({ isSettled }) => isSettled));
  await errorOf(pool.set("k", undefined as never));
  await errorOf(pool.pipeline().set("k", undefined as never).get("a").exec());
  assert.deepEqual(outcomes(pool.stats()), { ok: 2, refused: 5, invalid: 3 });
  assert.deepEqual(pool.stats().commandFailuresByCode, { QUEUE_FULL: 5, INVALID_ARG: 3 });
  await end();
});

test("what is unsettled when the pool ends is lost", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play);
  const lease = await pool.acquire();
  const calls = [watch(pool.get("a")), watch(lease.get("b")), watch(lease.with({ timeoutMs: 999 }).get("c"))];
  await settle();
  await end();
  assert.ok(calls.every(({ isSettled }) => isSettled));
  assert.deepEqual(outcomes(pool.stats()), { lost: 3 });
});

test("a silent connection is a stall each time as much silence has passed", async () => {
  const held = new HeldAnswers();
  const { pool, advance, end } = faultyPool({ stallTimeoutMs: 100, commandTimeoutMs: 400 }, held.play);
  watch(pool.get("a"));
  await advance(150);
  assert.equal(pool.stats().stalls, 1);
  await end();
});

test("the connections for blocking commands have numbers of their own", async () => {
  const { pool, end } = faultyPool({ maxSize: 3 }, (args) => args[0] === "BLPOP" ? "*-1\r\n" : echoReply(args));
  await pool.blpop("q", 1);
  const { blocking, connects, maxSize } = pool.stats();
  assert.deepEqual([blocking?.connects, blocking?.maxSize, connects, maxSize], [1, 10, 0, 3]);
  await end();
});

test("the time of commands is taken once a chunk of replies, from the turn of the call on", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({ stallTimeoutMs: 0 }, held.play);
  for (const ms of [30, 10]) {
    const values = ["a", "b", "c"].map((key) => watch(pool.get(key)));
    await advance(ms);
    held.release();
    await settle();
    assert.ok(values.every(({ isSettled }) => isSettled));
  }
  const { command } = pool.stats();
  // The clock stands still within a turn: the first of the three waited as long as the others.
  assert.deepEqual([command.count, command.minMs, command.maxMs], [6, 10, 30]);
  await end();
});

test("the time of a command includes its wait for a connection; leases have no part in it", async () => {
  const { pool, network, advance, settle, end } = faultyPool();
  network.holds = true;
  const value = watch(pool.get("a"));
  await advance(40);
  network.openHeld();
  await settle();
  assert.equal(value.isSettled, true);
  network.holds = false;
  await pool.use((lease) => lease.ping());
  const { command } = pool.stats();
  assert.deepEqual([command.count, command.maxMs], [1, 40]);
  await end();
});
