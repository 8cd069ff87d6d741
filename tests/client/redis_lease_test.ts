import { test } from "node:test";
import assert from "node:assert/strict";
import { ConnectionLostError } from "../../lib/errors.ts";
import type { RedisLease } from "../../lib/client/redis_lease.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, bulk, echoReply, errorOf, quietly, valueOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers } from "./faulty_pool.ts";
import { withPool } from "./real_pool.ts";

const released = { name: "LeaseError", code: "LEASE_RELEASED", sent: false, maybeExecuted: false };

test("a lease runs its commands on its own connection, in order", async () => {
  const { pool, network, settle, end } = faultyPool();
  await pool.ping();
  const lease = await pool.acquire();
  const values = await Promise.all([lease.get("a"), lease.send(["GET", "b"]), lease.with({ timeoutMs: 50 }).get("c")]);
  assert.deepEqual(values, ["a", "b", "c"].map(valueOf));
  assert.deepEqual(network.sockets[1]!.commands.slice(-3), [["GET", "a"], ["GET", "b"], ["GET", "c"]]);
  lease.release();
  await settle();
  assert.equal(pool.stats().idle, 1);
  await end();
});

test("commands of one turn on a lease leave in one write", async () => {
  const { pool, network, end } = faultyPool();
  const lease = await pool.acquire();
  const before = network.sockets[0]!.writes.length;
  await Promise.all(["a", "b", "c"].map((key) => lease.get(key)));
  assert.equal(network.sockets[0]!.writes.length, before + 1);
  lease.release();
  await end();
});

test("Q05: a lease that is over runs nothing, whatever it is asked", async () => {
  const { pool, network, settle, end } = faultyPool();
  const lease = await pool.acquire();
  const [view, pipeline, multi] = [lease.with({}), lease.pipeline().get("a"), lease.multi().get("a")];
  assert.equal(lease.released, false);
  lease.release();
  lease.release();
  lease.destroy();
  assert.equal(lease.released, true);
  const calls = [
    lease.get("a"),
    lease.send(["GET", "a"]),
    lease.blpop("a", 0),
    lease.watch("a"),
    lease.with({ timeoutMs: 5 }).get("a"),
    view.get("a"),
    pipeline.exec(),
    multi.exec(),
    lease.pipeline().get("a").exec(),
  ];
  for (const call of calls) assertError(await errorOf(call), released);
  assert.throws(() => lease.detach(), (error) => (assertError(error, released), true));
  await settle();
  assert.deepEqual(network.sockets[0]!.commands.filter(([verb]) => verb === "GET"), []);
  assert.equal(pool.stats().idle, 1, "given back once");
  const next = await pool.acquire();
  assert.equal(await next.get("b"), valueOf("b"));
  assertError(await errorOf(lease.get("a")), released);
  next.release();
  await end();
});

test("the end of a using scope releases, whether or not it waits", async () => {
  const { pool, end } = faultyPool();
  (await pool.acquire())[Symbol.dispose]();
  assert.equal(pool.stats().idle, 1);
  await (await pool.acquire())[Symbol.asyncDispose]();
  assert.equal(pool.stats().idle, 1);
  await end();
});

test("use releases whatever becomes of its function", async () => {
  const { pool, end } = faultyPool();
  assert.equal(await pool.use((lease) => lease.get("a")), valueOf("a"));
  assert.equal(pool.stats().idle, 1);
  const thrown = new Error("mine");
  assert.equal(await errorOf(pool.use(() => Promise.reject(thrown))), thrown);
  assert.equal(
    await errorOf(pool.use(() => {
      throw thrown;
    })),
    thrown,
  );
  assert.deepEqual([pool.stats().idle, pool.stats().leased], [1, 0]);
  await end();
});

test("a command on a lease that is aborted after it was sent ends the connection, and the next acquire works", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({}, held.play);
  const lease = await pool.acquire();
  const controller = new AbortController();
  const aborted = watch(lease.with({ signal: controller.signal }).get("a"));
  const other = watch(lease.get("b"));
  await settle();
  controller.abort();
  await settle();
  assertError(aborted.error, { name: "AbortError", code: "ABORTED", sent: true, maybeExecuted: true });
  assertError(other.error, { name: "ConnectionLostError", code: "CONN_KILLED", sent: true, maybeExecuted: true });
  assert.equal(network.sockets[0]!.isDestroyed, true);
  assertError(await errorOf(lease.get("c")), { name: "ConnectionLostError", sent: false, maybeExecuted: false });
  lease.release();
  const next = await pool.acquire();
  const value = watch(next.get("d"));
  await settle();
  held.release();
  await settle();
  assert.equal(value.value, valueOf("d"));
  assert.equal(network.sockets.length, 2);
  next.release();
  await end();
});

test("C02: a command on a lease that is aborted before it was sent costs nothing", async () => {
  const { pool, network, end } = faultyPool();
  const lease = await pool.acquire();
  const controller = new AbortController();
  const aborted = errorOf(lease.with({ signal: controller.signal }).get("a"));
  controller.abort();
  assertError(await aborted, { code: "ABORTED", sent: false });
  assert.equal(await lease.get("b"), valueOf("b"));
  lease.release();
  assert.equal(network.sockets.length, 1);
  await end();
});

test("a command on a lease that is late ends the connection", async () => {
  for (const own of [false, true]) {
    const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: own ? 10_000 : 100 }, (args) => {
      return handshakeReply(args);
    });
    const lease = await pool.acquire();
    const late = watch(own ? lease.with({ timeoutMs: 100 }).get("a") : lease.get("a"));
    await advance(120);
    assertError(late.error, { name: "TimeoutError", code: "COMMAND_TIMEOUT", maybeExecuted: true });
    assert.equal(network.sockets[0]!.isDestroyed, true);
    lease.release();
    assert.deepEqual([pool.stats().idle, pool.stats().leased], [0, 0]);
    await end();
  }
});

test("what a lost lease had sent is rejected, and nothing of it is sent again", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({}, held.play);
  const lease = await pool.acquire();
  network.sockets[0]!.stallsWrites = true;
  const sent = watch(lease.get("a"));
  await settle();
  const unsent = watch(lease.get("b"));
  await settle();
  network.sockets[0]!.fail(new ConnectionLostError("CONN_RESET", "h:1 reset", { endpoint: "h:1" }));
  await settle();
  assertError(sent.error, { code: "CONN_RESET", sent: true, maybeExecuted: true });
  assertError(unsent.error, { code: "CONN_RESET", sent: false, maybeExecuted: false });
  lease.release();
  await settle();
  assert.equal(held.size, 1);
  await end();
});

test("what was detached belongs to its taker, and its slot is free", async () => {
  const { pool, network, settle, end } = faultyPool({ maxSize: 1 });
  const lease = await pool.acquire();
  const connection = lease.detach();
  assert.equal(pool.stats().total, 0);
  const next = await pool.acquire();
  assert.equal(network.sockets.length, 2);
  assert.equal(await connection.send(["GET", "a"]), valueOf("a"));
  connection.destroy();
  next.release();
  await settle();
  await end();
});

test("commands that are not answered by exactly one reply are refused on a lease", async () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const { pool, end } = faultyPool();
  const lease = await pool.acquire();
  const commands: Argument[][] = [
    ["SUBSCRIBE", "a", "b"],
    ["psubscribe", "a"],
    ["SSUBSCRIBE", "a"],
    ["UNSUBSCRIBE"],
    ["MONITOR"],
    ["SYNC"],
    ["PSYNC", "?", -1],
    ["CLIENT", "REPLY", "OFF"],
    [utf8("SUBSCRIBE"), "a", "b"],
    ["CLIENT", utf8("REPLY"), "SKIP"],
  ];
  for (const args of commands) {
    assertError(await errorOf(lease.send(args)), { name: "ArgumentError", code: "STATEFUL_COMMAND" });
    assertError(await errorOf(lease.pipeline().send(args).exec()), { name: "ArgumentError", code: "STATEFUL_COMMAND" });
  }
  lease.release();
  await end();
});

test("wrong arguments on a lease are named and harm nobody", async () => {
  const { pool, network, end } = faultyPool();
  const lease = await pool.acquire();
  assertError(await errorOf(lease.set("k", undefined as unknown as string)), { code: "INVALID_ARG", argument: 2 });
  assertError(await errorOf(lease.watch(NaN)), { code: "INVALID_ARG", argument: 1 });
  assertError(await errorOf(lease.multi().set("k", NaN).exec()), { code: "INVALID_ARG", argument: 2 });
  assertError(await errorOf(lease.send("GET k" as unknown as string[])), { code: "INVALID_ARG" });
  assertError(await errorOf(lease.send([])), { code: "EMPTY_COMMAND" });
  assert.equal(await lease.get("a"), valueOf("a"));
  lease.release();
  await end();
  assert.equal(network.sockets.length, 1);
});

/** The state of a session as the server tells it. */
async function stateOf(lease: RedisLease): Promise<string> {
  const id = await lease.send(["CLIENT", "ID"]);
  const info = String(await lease.send(["CLIENT", "LIST", "ID", id as number]));
  const fields = Object.fromEntries(info.trim().split(" ").map((field) => field.split("=")));
  return ["db", "sub", "multi", "name", "flags"].map((name) => `${name}=${fields[name]}`).join(" ");
}

const sessions: [string, (lease: RedisLease) => unknown][] = [
  ["WATCH", (lease) => lease.watch("k")],
  ["MULTI", (lease) => lease.send(["MULTI"])],
  ["WATCH and MULTI with a command", async (lease) => {
    await lease.watch("k");
    await lease.send(["MULTI"]);
    await lease.set("k", "never");
  }],
  ["SELECT", (lease) => lease.select(5)],
  ["SELECT within MULTI", async (lease) => {
    await lease.send(["MULTI"]);
    await lease.select(5);
    await lease.send(["EXEC"]);
  }],
  [
    "a pipeline that ends with WATCH",
    (lease) => lease.pipeline().send(["MULTI"]).send(["EXEC"]).send(["WATCH", "k"]).exec(),
  ],
  ["WATCH behind an UNWATCH, unawaited", (lease) => [lease.unwatch(), lease.watch("k")]],
  ["SELECT and back and forth, unawaited", (lease) => [lease.select(5), lease.select(0), lease.select(5)]],
  ["CLIENT SETNAME", (lease) => lease.send(["CLIENT", "SETNAME", "mine"])],
  ["CLIENT TRACKING", (lease) => lease.send(["CLIENT", "TRACKING", "ON"])],
];

test("Q06: what a lease left behind is undone: the next one sees a clean session on the same connection", async () => {
  for (const protocol of [2, 3] as const) {
    await withPool({ protocol, maxSize: 1, clientName: "pool" }, async (pool) => {
      const clean = await pool.use(stateOf);
      assert.equal(clean, `db=0 sub=0 multi=-1 name=pool flags=N`);
      for (const [what, leave] of sessions) {
        if (protocol === 2 && what === "CLIENT TRACKING") continue;
        const lease = await pool.acquire();
        const id = await lease.send(["CLIENT", "ID"]);
        const left = leave(lease);
        if (!Array.isArray(left)) await left;
        lease.release();
        await left;
        const next = await pool.acquire();
        assert.equal(await next.send(["CLIENT", "ID"]), id, `${what}: the same connection`);
        assert.equal(await stateOf(next), clean, what);
        await assertUnwatched(next, pool);
        next.release();
      }
      assert.equal(await pool.get("k"), null, "a transaction that was left open never runs");
    });
  }
});

/** A transaction on a lease that watches nothing runs although the key was changed behind its back. */
async function assertUnwatched(lease: RedisLease, _pool: RedisPool): Promise<void> {
  await lease.set("k", "changed");
  assert.deepEqual(await lease.multi().get("k").exec(), ["changed"]);
  await lease.del("k");
}

test("Q06: what cannot be undone costs the connection", async () => {
  await withPool({ maxSize: 1, protocol: 3 }, async (pool) => {
    const commands: Argument[][] = [["CLIENT", "NO-EVICT", "ON"], ["RESET"], ["HELLO", 2], [
      "CLIENT",
      "NO-TOUCH",
      "ON",
    ]];
    for (const args of commands) {
      const lease = await pool.acquire();
      const id = await lease.send(["CLIENT", "ID"]);
      await lease.send(args).catch(() => {});
      lease.release();
      await pool.use(async (next) => assert.notEqual(await next.send(["CLIENT", "ID"]), id, args.join(" ")));
    }
  });
});

test("Q06: commands that are unanswered at the release are answered to their caller, not to the next holder", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({ maxSize: 1 }, held.play);
  const lease = await pool.acquire();
  const last = watch(lease.get("a"));
  lease.release();
  const next = watch(pool.acquire());
  await settle();
  assert.equal(next.isSettled, false, "the connection is not clean before its last reply");
  held.release();
  await settle();
  held.release();
  await settle();
  assert.equal(last.value, valueOf("a"));
  const value = watch(next.value!.get("b"));
  await settle();
  held.release();
  await settle();
  assert.equal(value.value, valueOf("b"));
  assert.equal(network.sockets.length, 1);
  next.value!.release();
  await end();
});

test("a reset that is not answered in time, or wrongly, costs the connection", async () => {
  const wrong: Record<string, string | undefined> = {
    silence: undefined,
    "another nonce": bulk("x"),
    error: "-ERR no\r\n",
  };
  for (const [what, reply] of Object.entries(wrong)) {
    const { pool, network, advance, end } = faultyPool({ maxSize: 1 }, (args) => {
      return args[0] === "PING" && args.length > 1 && network.sockets.length === 1 ? reply : echoReply(args);
    });
    const lease = await pool.acquire();
    await lease.watch("k");
    lease.release();
    const next = watch(pool.acquire());
    await advance(1100);
    assert.equal(network.sockets[0]!.isDestroyed, true, what);
    assert.equal(next.isSettled, true, what);
    assert.notEqual(next.value, undefined, what);
    next.value!.release();
    await end();
  }
});

test('reset "destroy" ends a connection that was left dirty, and keeps a clean one', async () => {
  const { pool, network, settle, end } = faultyPool({ maxSize: 1, reset: "destroy" });
  await pool.use((lease) => lease.get("a"));
  await pool.use((lease) => lease.watch("k"));
  await settle();
  assert.equal(network.sockets[0]!.isDestroyed, true);
  await pool.use((lease) => lease.get("a"));
  assert.equal(network.sockets.length, 2);
  await end();
});

test("C06: an aborted BLPOP ends its connection, and the element is still there or was delivered", async () => {
  await withPool({}, async (pool) => {
    for (let round = 0; round < 20; round++) {
      const controller = new AbortController();
      const popped = watch(pool.with({ signal: controller.signal }).blpop("q", 0));
      await pool.ping();
      const pushed = pool.rpush("q", "x");
      if (round % 2 === 0) await pushed;
      controller.abort();
      await pushed;
      await pool.ping();
      const left = await pool.lrange("q", 0, -1);
      if (popped.error === undefined) assert.deepEqual(left, [], "delivered");
      else {
        assertError(popped.error, { code: "ABORTED" });
        // The server may have popped it before it saw the connection end: then nobody was told that it was delivered.
        assert.ok(left.length <= 1);
      }
      await pool.del("q");
    }
  });
});

test("the process hears of no unhandled rejection when leases die in every state", async () => {
  await quietly(async () => {
    const { pool, network, settle, end } = faultyPool({ maxSize: 4 }, (args) => handshakeReply(args));
    const leases = await Promise.all([1, 2, 3, 4].map(() => pool.acquire()));
    const outcomes = [
      watch(leases[0]!.get("a")),
      watch(leases[1]!.watch("k")),
      watch(leases[2]!.multi().incr("a").exec()),
      watch(leases[3]!.blpop("q", 0)),
    ];
    await settle();
    leases[1]!.release();
    for (const socket of network.sockets) socket.fail(undefined);
    await settle();
    for (const { error } of outcomes) assertError(error, { sent: true, maybeExecuted: true });
    for (const lease of leases) lease.release();
    await end();
  });
});

test("a leaked lease is taken back while the pool is closing, too", async () => {
  const { pool, advance, settle, end } = faultyPool({ leakDetectionMs: 1000, reclaimLeaked: true });
  const lease = await pool.acquire();
  assert.equal(await lease.get("k"), valueOf("k"));
  const closed = watch(pool.close());
  await settle();
  assert.equal(closed.isSettled, false);
  await advance(1600);
  assert.ok(closed.isSettled && closed.error === undefined);
  await end();
});

test("a lease that is at work is not taken back as leaked, and one that is not used any more is", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({
    leakDetectionMs: 1000,
    reclaimLeaked: true,
    commandTimeoutMs: 0,
    stallTimeoutMs: 0,
  }, held.play);
  const acquired = watch(pool.acquire());
  await settle();
  const lease = acquired.value!;
  for (let n = 0; n < 20; n++) {
    const outcome = watch(lease.get("k"));
    await advance(300);
    held.release();
    await settle();
    assert.equal(outcome.value, valueOf("k"));
  }
  const long = watch(lease.get("k"));
  await advance(10_000);
  held.release();
  await settle();
  assert.equal(long.value, valueOf("k"));
  assert.equal(pool.stats().leased, 1);
  await advance(3000);
  assert.equal(pool.stats().leased, 0);
  assertError(await errorOf(lease.get("k")), { code: "LEASE_LEAKED" });
  await end();
});

test("a lease that waited for replicas leaves nothing behind", async () => {
  const { pool, network, end } = faultyPool({}, (args) => args[0]!.startsWith("WAIT") ? ":1\r\n" : echoReply(args));
  for (let n = 0; n < 3; n++) {
    const lease = await pool.acquire();
    await lease.send(["WAIT", 1, 100]);
    lease.release();
  }
  assert.equal(network.sockets.length, 1);
  await end();
});
