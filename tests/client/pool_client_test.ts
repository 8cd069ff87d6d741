import { test } from "node:test";
import assert from "node:assert/strict";
import type { Argument } from "../../lib/resp/encoder.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, bulk, echoReply, errorOf, type Outcome, quietly, valueOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers } from "./faulty_pool.ts";

const closed = { name: "PoolError", code: "POOL_CLOSED", sent: false, maybeExecuted: false };

function isSettled(outcomes: Outcome<unknown>[]): boolean[] {
  return outcomes.map(({ isSettled }) => isSettled);
}

test("close waits for what was accepted and refuses the rest at once", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play);
  const accepted = [watch(pool.get("a")), watch(pool.pipeline().get("b").exec())];
  await settle();
  const ending = watch(pool.close());
  const refused = [
    pool.get("c"),
    pool.send(["GET", "c"]),
    pool.with({ timeoutMs: 5 }).get("c"),
    pool.pipeline().get("c").exec(),
    pool.multi().get("c").exec(),
    pool.blpop("c", 0),
    pool.acquire(),
    pool.use(() => assert.fail("there is no lease")),
    pool.ready(),
    pool.warm(2),
  ];
  for (const call of refused) assertError(await errorOf(call), closed);
  assert.equal(pool.tryAcquire(), undefined);
  assert.equal(ending.isSettled, false);
  held.release();
  await settle();
  assert.deepEqual([accepted[0]!.value, accepted[1]!.value], [valueOf("a"), [valueOf("b")]]);
  assert.equal(ending.isSettled, true);
  assert.equal(ending.error, undefined);
  await end();
});

test("who waits for a lease when the pool is closed learns it at once", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({ maxSize: 2 }, held.play);
  const busy = watch(pool.get("a"));
  await settle();
  const lease = await pool.acquire();
  const waiter = watch(pool.acquire());
  await settle();
  const ending = watch(pool.close());
  await settle();
  assertError(waiter.error, closed);
  assert.deepEqual(isSettled([busy, ending]), [false, false]);
  held.release();
  await settle();
  assert.deepEqual(isSettled([busy, ending]), [true, false], "a lease that is out may finish");
  const last = watch(lease.get("b"));
  await settle();
  held.release();
  await settle();
  assert.equal(last.value, valueOf("b"));
  lease.release();
  await settle();
  assert.equal(ending.isSettled, true);
  assert.equal(ending.error, undefined);
  await end();
});

test("commands that wait for a connection when the pool is closed are still sent", async () => {
  const { pool, network, settle, end } = faultyPool();
  network.holds = true;
  const accepted = watch(pool.get("a"));
  await settle();
  const ending = watch(pool.close());
  await settle();
  network.openHeld();
  await settle();
  assert.equal(accepted.value, valueOf("a"));
  assert.equal(ending.isSettled, true);
  assert.equal(ending.error, undefined);
  await end();
});

test("a close with options that make no sense is refused, and the pool goes on", async () => {
  const { pool, end } = faultyPool();
  for (const options of [{ timeoutMs: NaN }, { timeoutMs: Infinity }, { timeoutMs: "5" }, { timeout: 5 }, null, 5]) {
    await assert.rejects(pool.close(options as { timeoutMs?: number }), { code: "INVALID_OPTION" });
  }
  assert.equal(await pool.get("k"), valueOf("k"));
  await pool.close({ timeoutMs: 5 });
  assert.equal(pool.close({ timeoutMs: NaN }), pool.close());
  await end();
});

test("closing twice is one close", async () => {
  const { pool, end } = faultyPool();
  await pool.get("a");
  const [first, second] = [pool.close(), pool.close({ timeoutMs: 1 })];
  assert.equal(first, second);
  await first;
  await end();
});

test("a pool that was never used closes at once and leaves nothing", async () => {
  const { pool, network, end } = faultyPool({ minIdle: 3 });
  await pool.close();
  assert.equal(network.targets.length, 0);
  await end();
});

test("CLOSE_TIMEOUT: what is not done in time is ended, and each promise settles", async () => {
  const { pool, network, advance, settle, end } = faultyPool({ commandTimeoutMs: 0 }, (args) => handshakeReply(args));
  const command = watch(pool.incr("a"));
  const lease = await pool.acquire();
  const leased = watch(lease.incr("b"));
  const blocked = watch(pool.blpop("q", 0));
  await settle();
  const ending = watch(pool.close({ timeoutMs: 300 }));
  await advance(290);
  assert.deepEqual(isSettled([command, leased, blocked, ending]), [false, false, false, false]);
  await advance(20);
  assertError(ending.error, { name: "TimeoutError", code: "CLOSE_TIMEOUT" });
  for (const { error } of [command, leased, blocked]) {
    assertError(error, { name: "ConnectionLostError", sent: true, maybeExecuted: true });
  }
  assert.deepEqual(network.sockets.map((socket) => socket.isDestroyed), network.sockets.map(() => true));
  lease.release();
  await end();
});

test("close with timeoutMs 0 waits as long as it takes", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({ commandTimeoutMs: 0, stallTimeoutMs: 0 }, held.play);
  const command = watch(pool.get("a"));
  await settle();
  const ending = watch(pool.close({ timeoutMs: 0 }));
  await advance(1e6);
  assert.equal(ending.isSettled, false);
  held.release();
  await settle();
  assert.deepEqual(isSettled([command, ending]), [true, true]);
  await end();
});

test("close waits for nobody who was answered already, for whatever reason", async () => {
  const late = (args: string[]) => handshakeReply(args);
  const cases: [string, (pool: ReturnType<typeof faultyPool>) => Promise<unknown>][] = [
    ["a command that could not be encoded", ({ pool }) => errorOf(pool.get(NaN))],
    ["a command that was aborted before it was sent", ({ pool, network }) => {
      network.holds = true;
      const controller = new AbortController();
      const outcome = errorOf(pool.with({ signal: controller.signal }).get("a"));
      controller.abort();
      return outcome;
    }],
    ["a command whose time was up before there was a connection", async ({ pool, network, advance }) => {
      network.holds = true;
      const outcome = errorOf(pool.get("a"));
      await advance(120);
      return outcome;
    }],
  ];
  for (const [what, act] of cases) {
    const made = faultyPool({ commandTimeoutMs: 100 }, late);
    await act(made);
    const ending = watch(made.pool.close());
    await made.settle();
    assert.equal(ending.isSettled, true, what);
    assert.equal(ending.error, undefined, what);
    await made.end();
  }
});

test("a command that cannot be encoded does not keep a close of the same turn waiting", async () => {
  for (const isConnected of [true, false]) {
    const { pool, settle, end } = faultyPool();
    if (isConnected) await pool.ping();
    const bad = watch(pool.get(NaN));
    const ending = watch(pool.close());
    await settle();
    assertError(bad.error, { code: "INVALID_ARG" });
    assert.equal(ending.isSettled, true);
    assert.equal(ending.error, undefined);
    await end();
  }
});

test("destroy settles everything at once, and leaves nothing", async () => {
  await quietly(async () => {
    const { pool, network, settle, end } = faultyPool({ maxSize: 2 }, (args) => handshakeReply(args));
    const inFlight = watch(pool.incr("a"));
    await settle();
    const lease = await pool.acquire();
    const leased = watch(lease.incr("b"));
    const waiter = watch(pool.acquire());
    const blocked = watch(pool.blpop("q", 0));
    await settle();
    const queued = watch(pool.incr("c"));
    const ending = watch(pool.destroy());
    await settle();
    assert.deepEqual(isSettled([inFlight, leased, waiter, blocked, queued, ending]), Array(6).fill(true));
    for (const { error } of [inFlight, leased, blocked]) assertError(error, { sent: true, maybeExecuted: true });
    assertError(queued.error, { sent: false, maybeExecuted: false });
    assertError(waiter.error, closed);
    assertError(await errorOf(pool.get("d")), closed);
    assertError(await errorOf(lease.get("d")), { name: "LeaseError", code: "LEASE_RELEASED" });
    assert.equal(network.sockets.every((socket) => socket.isDestroyed), true);
    await end();
  });
});

test("destroy while commands wait for a connection rejects them and gives the dial up", async () => {
  const { pool, network, settle, end } = faultyPool();
  network.holds = true;
  const outcomes = [
    watch(pool.get("a")),
    watch(pool.pipeline().get("b").exec()),
    watch(pool.with({ timeoutMs: 0 }).get("c")),
  ];
  await settle();
  assert.equal(network.held, 1);
  const ending = watch(pool.destroy());
  await settle();
  assert.deepEqual(isSettled([...outcomes, ending]), [true, true, true, true]);
  assert.equal(network.held, 0);
  await end();
});

test("destroy ends a close that waits", async () => {
  const { pool, clock, settle, end } = faultyPool({ commandTimeoutMs: 0 }, (args) => handshakeReply(args));
  const command = watch(pool.incr("a"));
  await settle();
  const closing = watch(pool.close());
  await settle();
  assert.equal(closing.isSettled, false);
  const ending = watch(pool.destroy());
  await settle();
  assert.deepEqual(isSettled([command, closing, ending]), [true, true, true]);
  assert.equal(clock.refTimers, 0);
  await end();
});

test("the end of an await using scope closes, and swallows only CLOSE_TIMEOUT", async () => {
  const { pool, advance, end } = faultyPool({ commandTimeoutMs: 0 }, (args) => handshakeReply(args));
  const command = watch(pool.incr("a"));
  const ending = watch(Promise.resolve(pool[Symbol.asyncDispose]()));
  await advance(5100);
  assert.equal(ending.isSettled, true);
  assert.equal(ending.error, undefined);
  assertError(command.error, { maybeExecuted: true });
  await end();
});

test("S21: what changes a connection's state is refused on the shared lane, and the message says where to go", async () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const commands: Argument[][] = [
    ["CLIENT", "REPLY", "OFF"],
    ["client", "reply", "SKIP"],
    ["CLIENT", utf8("reply"), "OFF"],
    [utf8("CLIENT"), utf8("REPLY"), "OFF"],
    ["MONITOR"],
    [utf8("monitor")],
    ["SUBSCRIBE", "c"],
    ["PSUBSCRIBE", "c*"],
    ["SSUBSCRIBE", "c"],
    ["UNSUBSCRIBE"],
    ["SHUTDOWN", "NOSAVE"],
    ["QUIT"],
    ["RESET"],
    ["SELECT", 1],
    ["AUTH", "x"],
    ["HELLO", 2],
    ["WATCH", "k"],
    ["UNWATCH"],
    ["MULTI"],
    ["EXEC"],
    ["DISCARD"],
    ["WAIT", 1, 0],
    ["CLIENT", "TRACKING", "ON"],
    ["CLIENT", "SETNAME", "x"],
    ["CLIENT", "NO-EVICT", "ON"],
    ["SYNC"],
    ["PSYNC", "?", -1],
    ["READONLY"],
    ["ASKING"],
  ];
  const { pool, network, settle, end } = faultyPool();
  for (const args of commands) {
    for (const call of [pool.send(args), pool.send(args, { timeoutMs: 5 }), pool.with({}).send(args)]) {
      const error = await errorOf<Error>(call);
      assertError(error, { name: "ArgumentError", code: "STATEFUL_COMMAND", sent: false });
      assert.match(error.message, /acquire\(\)/);
    }
    assertError(await errorOf(pool.pipeline().get("a").send(args).exec()), { code: "STATEFUL_COMMAND" });
    assertError(await errorOf(pool.multi().get("a").send(args).exec()), { code: "STATEFUL_COMMAND" });
  }
  await settle();
  assert.equal(network.targets.length, 0, "nothing was sent");
  await end();
});

test("a blocking command is refused in a batch, where everybody would wait behind it", async () => {
  const { pool, end } = faultyPool();
  for (const batch of [pool.pipeline(), pool.multi()]) {
    assertError(await errorOf(batch.send(["BLPOP", "q", 0]).exec()), { code: "STATEFUL_COMMAND" });
  }
  await end();
});

test("wrong arguments of any kind are an ArgumentError with their index, and never their value", async () => {
  const canary = "canary-hunter2";
  const { pool, settle, commands, end } = faultyPool();
  const values: unknown[] = [
    { canary },
    [canary],
    [[canary]],
    { toString: () => canary },
    { [Symbol.toPrimitive]: () => canary },
    null,
    undefined,
    NaN,
    Infinity,
    -Infinity,
    true,
    new Date(),
    new Map([[canary, canary]]),
    Symbol(canary),
    () => canary,
    new Uint16Array(2),
    new ArrayBuffer(2),
    new DataView(new ArrayBuffer(2)),
  ];
  for (const value of values) {
    const bad = value as Argument;
    const calls = [
      pool.set("k", bad),
      pool.send(["SET", "k", bad]),
      pool.with({}).set("k", bad),
      pool.pipeline().set("k", bad).exec(),
    ];
    for (const call of calls) {
      const error = await errorOf<Error>(call);
      assertError(error, {
        name: "ArgumentError",
        code: "INVALID_ARG",
        argument: 2,
        sent: false,
        maybeExecuted: false,
      });
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${error.stack}`, /canary/);
    }
  }
  await settle();
  assert.deepEqual(commands(), []);
  await end();
});

test("what is no array of arguments at all is an ArgumentError too", async () => {
  const { pool, settle, commands, end } = faultyPool();
  await pool.ping();
  for (const bad of [undefined, null, "GET k", 5, { 0: "GET", length: 1 }, new Uint8Array([71])]) {
    assertError(await errorOf(pool.send(bad as unknown as Argument[])), { name: "ArgumentError", code: "INVALID_ARG" });
  }
  assertError(await errorOf(pool.send([])), { name: "ArgumentError", code: "EMPTY_COMMAND" });
  await settle();
  assert.deepEqual(commands(), [["PING"]]);
  await end();
});

test("a blocking command has a connection of its own, and the lane does not wait for it", async () => {
  const play = (args: string[]) => args[0]!.toUpperCase() === "BLPOP" ? undefined : echoReply(args);
  const { pool, network, settle, end } = faultyPool({ stallTimeoutMs: 0 }, play);
  const popped = [watch(pool.blpop("q", 0)), watch(pool.send(["blpop", "q", 0]))];
  await settle();
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(network.sockets.length, 3);
  const { leased, total } = pool.stats();
  assert.deepEqual([leased, total], [0, 1], "they do not count in maxSize");
  for (const socket of network.sockets) {
    if (socket.commands.at(-1)![0]!.toUpperCase() === "BLPOP") socket.feed(`*2\r\n${bulk("q")}${bulk("x")}`);
  }
  await settle();
  assert.deepEqual(popped.map(({ value }) => value), [["q", "x"], ["q", "x"]]);
  await end();
});

test("blocking commands have a limit of their own; those beyond it wait", async () => {
  const play = (args: string[]) => args[0]!.toUpperCase() === "BLPOP" ? undefined : echoReply(args);
  const { pool, network, settle, end } = faultyPool({ blocking: { maxSize: 2 }, stallTimeoutMs: 0 }, play);
  const popped = [1, 2, 3].map(() => watch(pool.blpop("q", 0)));
  await settle();
  assert.equal(network.sockets.length, 2);
  network.sockets[0]!.feed("_\r\n");
  await settle();
  assert.deepEqual(isSettled(popped), [true, false, false]);
  assert.equal(network.sockets.length, 2, "the connection is used again");
  assert.equal(network.sockets[0]!.commands.filter(([verb]) => verb === "BLPOP").length, 2);
  await end();
});

test("the time a blocking command waits for its connection counts in its timeoutMs", async () => {
  const play = (args: string[]) => args[0]!.toUpperCase() === "BLPOP" ? undefined : echoReply(args);
  const { pool, advance, settle, end } = faultyPool({ blocking: { maxSize: 1 }, stallTimeoutMs: 0 }, play);
  const first = watch(pool.blpop("q", 0));
  await settle();
  const second = watch(pool.with({ timeoutMs: 100 }).blpop("q", 0));
  await advance(90);
  assert.equal(second.isSettled, false);
  await advance(30);
  assertError(second.error, { name: "TimeoutError", sent: false, maybeExecuted: false });
  assert.equal(first.isSettled, false);
  await end();
});

test("the numbers tell what the lane carries", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play);
  assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes, pool.stats().shared], [0, 0, 0]);
  watch(pool.set("key", "value"));
  await settle();
  assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes, pool.stats().shared], [1, 11, 1]);
  held.release();
  await settle();
  assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes], [0, 0]);
  await end();
});

test("a suspended pool holds its commands until it is resumed", async () => {
  const { pool, network, settle, end } = faultyPool();
  pool.suspend();
  const waiting = [watch(pool.get("a")), watch(pool.acquire())];
  await settle();
  assert.equal(network.targets.length, 0);
  pool.resume();
  await settle();
  assert.equal(waiting[0]!.value, valueOf("a"));
  assert.equal(waiting[1]!.isSettled, true);
  (waiting[1]!.value as { release(): void }).release();
  await end();
});

test("ready opens one connection at least, and tells why it cannot", async () => {
  const { pool, network, end } = faultyPool();
  await pool.ready();
  assert.equal(network.sockets.length, 1);
  await end();
  const bad = faultyPool({ password: "x" }, (args) => args[0] === "HELLO" ? "-WRONGPASS no\r\n" : echoReply(args));
  assertError(await errorOf(bad.pool.ready()), { name: "AuthError", code: "WRONGPASS" });
  await bad.end();
});

test("warm opens as many as asked for, but no more than there are slots", async () => {
  const { pool, network, end } = faultyPool({ maxSize: 3 });
  await pool.warm(2);
  assert.equal(network.sockets.length, 2);
  await pool.warm(10);
  assert.equal(network.sockets.length, 3);
  await end();
});
