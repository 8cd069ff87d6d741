import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { FaultySocket } from "../../lib/testing/faulty_socket.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, bulk, echoReply, valueOf, watch } from "../support/oracles.ts";
import { faultyPool } from "./faulty_pool.ts";

/** A server whose first socket is silent after its handshake; later ones answer, with their number as id. */
function silentFirst(options: RedisPoolOptions = {}, list: (ids: string[]) => string = () => "") {
  const id = (socket: FaultySocket) => made.network.sockets.indexOf(socket) + 1;
  const made = faultyPool({ commandTimeoutMs: 10_000, ...options }, (args, socket) => {
    const handshake = handshakeReply(args, { id: id(socket) });
    if (handshake !== undefined) return handshake;
    if (args[1] === "LIST") return bulk(list(args.slice(3)));
    return id(socket) === 1 ? undefined : echoReply(args);
  });
  return made;
}

test("a connection that is silent while the server answers another one is dead: reads run again, writes reject", async () => {
  const { pool, network, advance, end } = silentFirst();
  const [read, write] = [watch(pool.get("a")), watch(pool.incr("b"))];
  await advance(990);
  assert.equal(network.sockets.length, 1);
  await advance(50);
  assert.equal(network.sockets[0]!.isDestroyed, true);
  assert.equal(read.value, valueOf("a"));
  assertError(write.error, { name: "ConnectionLostError", code: "CONN_STALLED", command: "INCR", maybeExecuted: true });
  await end();
});

test("the probe goes when it was answered", async () => {
  const { pool, network, advance, end } = silentFirst();
  watch(pool.incr("b"));
  await advance(1050);
  assert.deepEqual(network.sockets.map((socket) => socket.isDestroyed), network.sockets.map((_, n) => n < 2));
  await end();
});

test("without an answer the connection is kept until bytes come", async () => {
  let isAsleep = true;
  const held: FaultySocket[] = [];
  const { pool, network, advance, settle, end } = faultyPool({ commandTimeoutMs: 10_000 }, (args, socket) => {
    if (network.sockets.length === 1 && args[0] === "HELLO") return echoReply(args);
    if (!isAsleep || args[0] === "CLIENT") return echoReply(args);
    if (args[0] === "INCR") held.push(socket);
    return undefined;
  });
  const write = watch(pool.incr("b"));
  await advance(5000);
  assert.ok(network.sockets.length > 1, "it was asked");
  assert.equal(network.sockets[0]!.isDestroyed, false);
  assert.equal(write.isSettled, false);
  assert.equal(pool.stats().circuit, "open", "nobody is sent into the dark meanwhile");
  isAsleep = false;
  held[0]!.feed(":1\r\n");
  await settle();
  assert.equal(write.value, 1);
  const lease = watch(pool.acquire({ timeoutMs: 0 }));
  // A connect that began while it slept has to run out of time first.
  await advance(6000);
  assert.equal(lease.isSettled, true);
  assert.equal(pool.stats().circuit, "closed");
  await end();
});

test("a server that refuses the one who asks has answered: the circuit stays closed", async () => {
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 0, shared: { connections: 1 } }, (args) => {
    if (network.sockets.length === 1) return handshakeReply(args);
    return "-ERR max number of clients reached\r\n";
  });
  const write = watch(pool.incr("b"));
  await advance(1500);
  assert.ok(network.sockets.length > 1, "it was asked");
  assert.deepEqual([write.isSettled, pool.stats().circuit], [false, "closed"]);
  await end();
});

test("a reply that came with the answer to the probe saves its connection", async () => {
  const { pool, network, advance, settle, clock, end } = silentFirst();
  const write = watch(pool.incr("b"));
  await settle();
  for (let n = 0; n < 2000 && network.sockets.length < 2; n++) {
    clock.tick(1);
    await settle();
  }
  network.sockets[0]!.feed(":1\r\n");
  await advance(50);
  assert.equal(write.value, 1);
  assert.equal(network.sockets[0]!.isDestroyed, false);
  await end();
});

test("a command that waits on purpose may be silent, as long as the server lists its connection", async () => {
  const list = (ids: string[]) => ids.map((id) => `id=${id} addr=x\n`).join("");
  const { pool, network, advance, end } = silentFirst({}, list);
  const outcome = watch(pool.blpop("q", 0));
  await advance(5000);
  assert.equal(outcome.isSettled, false);
  assert.equal(network.sockets[0]!.isDestroyed, false);
  assert.deepEqual(network.sockets[1]!.commands.at(-1), ["CLIENT", "LIST", "ID", "1"]);
  network.sockets[0]!.feed(`*2\r\n${bulk("q")}${bulk("x")}`);
  await advance(0);
  assert.deepEqual(outcome.value, ["q", "x"]);
  await end();
});

test("a command that waits on purpose on a connection that the server does not know has lost it", async () => {
  const { pool, advance, end } = silentFirst({}, () => "id=11 addr=x\nid=2 addr=x\n");
  const outcome = watch(pool.blpop("q", 0));
  await advance(1100);
  assertError(outcome.error, { code: "CONN_STALLED", command: "BLPOP", sent: true });
  await end();
});

test("a server that does not list its connections proves nothing", async () => {
  const { pool, network, advance, end } = faultyPool({}, (args) => {
    if (args[1] === "LIST") return "-NOPERM no\r\n";
    return args[0] === "BLPOP" ? undefined : echoReply(args);
  });
  const outcome = watch(pool.blpop("q", 0));
  await advance(5000);
  assert.equal(outcome.isSettled, false);
  assert.equal(network.sockets[0]!.isDestroyed, false);
  await end();
});

test("WAIT and batches with blocking commands wait on purpose too", async () => {
  const list = (ids: string[]) => ids.map((id) => `id=${id} addr=x\n`).join("");
  for (const kind of ["WAIT", "BATCH"]) {
    const { pool, network, advance, end } = silentFirst({}, list);
    const lease = await pool.acquire();
    const outcome = kind === "WAIT"
      ? watch<unknown>(lease.wait(1, 8000))
      : watch<unknown>(lease.pipeline().send(["BLPOP", "q", 8]).get("a").exec());
    await advance(4000);
    assert.equal(outcome.isSettled, false, kind);
    assert.equal(network.sockets[0]!.isDestroyed, false, kind);
    await end();
  }
});

test("one question is asked at a time, whatever the number of silent connections", async () => {
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 0 }, (args) => {
    return network.sockets.length <= 4 ? handshakeReply(args) : undefined;
  });
  const leases = await Promise.all([1, 2, 3, 4].map(() => pool.acquire()));
  for (const lease of leases) watch(lease.get("a"));
  await advance(1050);
  assert.equal(network.sockets.length, 5);
  await end();
});

test("a question that is under way when the pool is destroyed is given up", async () => {
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 0, shared: { connections: 1 } }, (args) => {
    return network.sockets.length === 1 ? handshakeReply(args) : undefined;
  });
  watch(pool.get("a"));
  await advance(1050);
  assert.equal(network.sockets.length, 2);
  await end();
});
