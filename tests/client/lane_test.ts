import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import { ConnectError, ConnectionLostError } from "../../lib/errors.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertAtRest, assertError, echoReply, errorOf, type Outcome, valueOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers } from "./faulty_pool.ts";

const reset = new ConnectionLostError("CONN_RESET", "h:1 reset the connection", { endpoint: "h:1" });
const refused = new ConnectError("CONNECT_REFUSED", "h:1 refused", { endpoint: "h:1" });

function settled(outcomes: Outcome<unknown>[]): boolean[] {
  return outcomes.map(({ isSettled }) => isSettled);
}

test("the first command opens a connection; nothing is opened before it", async () => {
  const { pool, network, commands, end } = faultyPool();
  assert.equal(network.targets.length, 0);
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(network.targets.length, 1);
  assert.deepEqual(commands(), [["GET", "a"]]);
  await end();
});

test("commands of one turn leave in one write on one connection, in order", async () => {
  const { pool, network, settle, end } = faultyPool();
  await pool.ping();
  const writes = () => network.sockets[0]!.writes.length;
  const before = writes();
  const keys = Array.from({ length: 100 }, (_, n) => `k${n}`);
  const values = Promise.all(keys.map((key) => pool.get(key)));
  await settle();
  assert.equal(writes(), before + 1);
  assert.deepEqual(await values, keys.map(valueOf));
  assert.equal(network.sockets.length, 1);
  await end();
});

test("commands that waited for the first connection leave together, in order", async () => {
  const { pool, network, commands, settle, end } = faultyPool();
  network.holds = true;
  const outcomes = ["a", "b", "c"].map((key) => watch(pool.get(key)));
  await settle();
  assert.equal(pool.stats().queuedCommands, 3);
  network.openHeld();
  await settle();
  assert.deepEqual(outcomes.map(({ value }) => value), ["a", "b", "c"].map(valueOf));
  assert.deepEqual(commands(), [["GET", "a"], ["GET", "b"], ["GET", "c"]]);
  assert.equal(pool.stats().queuedCommands, 0);
  await end();
});

test("when the connection is lost, sent reads run again, sent writes reject, unsent commands move in order", async () => {
  const held = new HeldAnswers();
  const { pool, network, commands, settle, end } = faultyPool({}, held.play);
  const ping = watch(pool.ping());
  await settle();
  held.release();
  const [first] = network.sockets;
  first!.stallsWrites = true;
  const sent = [watch(pool.get("r1")), watch(pool.incr("w1")), watch(pool.get("r2"))];
  await settle();
  const unsent = [watch(pool.incr("w2")), watch(pool.get("r3")), watch(pool.lpush("w3", "x"))];
  await settle();
  assert.equal(commands(first).length, 4);
  network.holds = true;
  first!.fail(reset);
  await settle();
  assert.deepEqual(settled([...sent, ...unsent]), [false, true, false, false, false, false]);
  assertError(sent[1]!.error, {
    name: "ConnectionLostError",
    code: "CONN_RESET",
    command: "INCR",
    sent: true,
    maybeExecuted: true,
    endpoint: "h:1",
  });
  network.openHeld();
  await settle();
  const expected = [["GET", "r1"], ["GET", "r2"], ["INCR", "w2"], ["GET", "r3"], ["LPUSH", "w3", "x"]];
  assert.deepEqual(commands(), expected);
  held.release();
  await settle();
  assert.equal(ping.value, "PONG");
  assert.deepEqual([sent[0]!.value, sent[2]!.value, unsent[1]!.value], ["r1", "r2", "r3"].map(valueOf));
  await end();
});

test("a command that was moved keeps the deadline it had from the start", async () => {
  const held = new HeldAnswers();
  const { pool, network, clock, advance, settle, end } = faultyPool({ commandTimeoutMs: 100 }, held.play);
  const ping = watch(pool.ping());
  await settle();
  held.release();
  await ping;
  const start = clock.now();
  const outcome = watch(pool.get("a"));
  await advance(70);
  network.holds = true;
  network.sockets[0]!.fail(reset);
  await advance(20);
  assert.equal(outcome.isSettled, false);
  await advance(30);
  assertError(outcome.error, { code: "COMMAND_TIMEOUT", phase: "queue", sent: true, maybeExecuted: true, attempts: 1 });
  assert.ok((outcome.error as { elapsedMs: number }).elapsedMs <= clock.now() - start);
  await end();
});

test("a read is sent again once for free, and gives up when its connection is lost time after time", async () => {
  let dials = 0;
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 0 }, (args, socket) => {
    const reply = handshakeReply(args);
    if (reply === undefined) queueMicrotask(() => socket.fail(reset));
    else if (args[0] === "HELLO") dials++;
    return reply;
  });
  const outcome = watch(pool.get("a"));
  for (let n = 0; n < 500 && !outcome.isSettled; n++) await advance(1000);
  assertError(outcome.error, { code: "CONN_RESET", sent: true, maybeExecuted: true });
  assert.ok(dials > 2 && dials <= 200, `${dials} connections`);
  assert.equal((outcome.error as { attempts: number }).attempts, network.sockets.length);
  await end();
});

test("G01: after garbage the guilty command gets the error, reads behind it run again, writes reject", async () => {
  const held = new HeldAnswers();
  const { pool, network, commands, settle, end } = faultyPool({}, held.play);
  const outcomes = [watch(pool.get("a")), watch(pool.incr("b")), watch(pool.get("c"))];
  await settle();
  network.sockets[0]!.feed("@x\r\n$1\r\n1\r\n$1\r\n2\r\n");
  await settle();
  assertError(outcomes[0]!.error, { name: "ProtocolError", code: "BAD_TYPE", command: "GET", maybeExecuted: true });
  assertError(outcomes[1]!.error, { name: "ConnectionLostError", code: "CONN_POISONED", maybeExecuted: true });
  assert.deepEqual(commands(), [["GET", "c"]]);
  held.release(4);
  await settle();
  assert.equal(outcomes[2]!.value, valueOf("c"));
  assert.equal(network.sockets[0]!.isDestroyed, true);
  await end();
});

test("G20: an unsolicited reply between two commands costs the connection and nobody's command", async () => {
  const { pool, network, settle, end } = faultyPool();
  await pool.get("a");
  network.sockets[0]!.feed("+OK\r\n");
  await settle();
  assert.equal(network.sockets[0]!.isDestroyed, true);
  assert.equal(await pool.get("b"), valueOf("b"));
  assert.equal(network.sockets.length, 2);
  await end();
});

test("G21: a second reply to a command never reaches the next caller", async () => {
  const { pool, network, settle, end } = faultyPool({}, (args) => {
    return args[1] === "twice" ? echoReply(args) + echoReply(args) : echoReply(args);
  });
  assert.equal(await pool.get("twice"), valueOf("twice"));
  await settle();
  assert.equal(await pool.get("b"), valueOf("b"));
  assert.equal(network.sockets.length, 2);
  await end();
});

test("G23: a reply that came with the opening costs that dial, not the command", async () => {
  const { pool, network, advance, settle, end } = faultyPool({ backoff: { jitter: "none" } });
  const { onSocket } = network;
  network.onSocket = (socket) => {
    onSocket!(socket);
    if (network.sockets.length === 1) socket.feed("+OK\r\n");
  };
  const outcome = watch(pool.get("a"));
  await settle();
  await advance(100);
  assert.equal(outcome.value, valueOf("a"));
  assert.equal(network.sockets[0]!.isDestroyed, true);
  await end();
});

test("a connection that dies at any moment between its handshake and its first command harms no command", async () => {
  for (let turns = 0; turns < 40; turns++) {
    const { pool, network, clock, advance, end } = faultyPool({ commandTimeoutMs: 1000, backoff: { jitter: "none" } });
    const outcome = watch(pool.get("a"));
    await clock.settle();
    const [socket] = network.sockets;
    socket!.answer = undefined;
    for (const args of socket!.commands.slice(1)) socket!.feed(handshakeReply(args) ?? echoReply(args));
    for (let n = 0; n < turns; n++) await undefined;
    socket!.fail(reset);
    await advance(200);
    assert.equal(outcome.value, valueOf("a"), `died after ${turns} microtasks`);
    await end();
  }
});

test("while no connection can be had, commands reject at their deadline with the reason", async () => {
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 300 });
  network.refusal = refused;
  const plain = watch(pool.get("a"));
  const own = watch(pool.with({ timeoutMs: 100 }).get("b"));
  await advance(120);
  assertError(own.error, {
    name: "TimeoutError",
    code: "COMMAND_TIMEOUT",
    sent: false,
    phase: "queue",
    cause: refused,
  });
  assert.equal(plain.isSettled, false);
  await advance(200);
  assertError(plain.error, { name: "TimeoutError", code: "COMMAND_TIMEOUT", sent: false, cause: refused });
  await end();
});

/** What a server may refuse in the handshake, and what everybody is told who waits. */
const refusals: [RedisPoolOptions, verb: string, reply: string, error: Record<string, unknown>][] = [
  [{ password: "canary" }, "HELLO", "-WRONGPASS invalid pair canary\r\n", { name: "AuthError", code: "WRONGPASS" }],
  [{}, "HELLO", "-NOAUTH Authentication required.\r\n", { name: "AuthError", code: "NOAUTH" }],
  [{ db: 99 }, "SELECT", "-ERR DB index is out of range\r\n", { name: "ReplyError", code: "ERR", command: "SELECT" }],
  [{ protocol: 3 }, "HELLO", "-NOPROTO unsupported\r\n", { name: "ReplyError", code: "NOPROTO" }],
  [{ protocol: 2, password: "canary" }, "AUTH", "-ERR invalid password canary\r\n", { name: "AuthError", code: "ERR" }],
];

test("a refusal that would come again rejects everybody at once, with that very error and without the password", async () => {
  for (const [options, verb, reply, error] of refusals) {
    const { pool, settle, end } = faultyPool(options, (args) => args[0] === verb ? reply : echoReply(args));
    const outcomes = [
      watch(pool.get("a")),
      watch(pool.with({ timeoutMs: 50 }).get("b")),
      watch(pool.pipeline().get("c").exec()),
      watch(pool.blpop("d", 0)),
      watch(pool.acquire()),
      watch(pool.ready()),
    ];
    await settle();
    for (const outcome of outcomes) {
      assertError(outcome.error, { ...error, phase: "handshake", maybeExecuted: false });
      assert.doesNotMatch(`${outcome.error} ${JSON.stringify(outcome.error)}`, /canary/);
    }
    await end();
  }
});

test("a refusal that passes by itself is waited out, and nobody is told but at his deadline", async () => {
  for (const [code, text] of [["LOADING", "LOADING wait"], ["MAXCLIENTS", "ERR max number of clients reached"]]) {
    let isOver = false;
    const { pool, advance, end } = faultyPool({ commandTimeoutMs: 3000 }, (args, socket) => {
      if (isOver || args[0] !== "HELLO") return isOver ? echoReply(args) : undefined;
      socket.feed(`-${text}\r\n`);
      socket.end();
      return undefined;
    });
    const [patient, hasty] = [watch(pool.get("a")), watch(pool.with({ timeoutMs: 100 }).get("b"))];
    await advance(500);
    assertError(hasty.error, { name: "TimeoutError", code: "COMMAND_TIMEOUT", sent: false });
    assertError((hasty.error as Error).cause, { name: "ReplyError", code, phase: "handshake" });
    assert.equal(patient.isSettled, false);
    isOver = true;
    await advance(2000);
    assert.equal(patient.value, valueOf("a"));
    await end();
  }
});

test("G19: a peer that speaks HTTP is named to everybody who waits", async () => {
  const { pool, settle, end } = faultyPool({}, () => "HTTP/1.1 400 Bad Request\r\n\r\n");
  const outcomes = [watch(pool.get("a")), watch(pool.acquire()), watch(pool.ready())];
  await settle();
  for (const { error } of outcomes) {
    assertError(error, { name: "ProtocolError", code: "WRONG_PEER", sent: false, maybeExecuted: false });
  }
  await end();
});

test("a command with a bad argument rejects alone, before and after there is a connection", async () => {
  const { pool, commands, end } = faultyPool();
  for (let round = 0; round < 2; round++) {
    const [a, bad, b] = [pool.get("a"), pool.set("k", NaN), pool.get("b")];
    assertError(await errorOf(bad), {
      name: "ArgumentError",
      code: "INVALID_ARG",
      argument: 2,
      command: "SET",
      sent: false,
    });
    assert.deepEqual([await a, await b], [valueOf("a"), valueOf("b")]);
  }
  assert.deepEqual(commands().map(([verb]) => verb), ["GET", "GET", "GET", "GET"]);
  assert.equal(pool.stats().queuedCommands, 0);
  await end();
});

test("beyond maxQueued and maxQueuedBytes commands are refused at once, and nothing of them is kept", async () => {
  const held = new HeldAnswers();
  const shared = { maxQueued: 3, maxQueuedBytes: 100 };
  const { pool, settle, end } = faultyPool({ shared }, held.play);
  const accepted = ["a", "b", "c"].map((key) => watch(pool.get(key)));
  const full = [pool.get("d"), pool.with({ timeoutMs: 10 }).get("d"), pool.pipeline().get("d").exec()];
  for (const promise of full) {
    assertError(await errorOf(promise), {
      name: "BackpressureError",
      code: "QUEUE_FULL",
      sent: false,
      maybeExecuted: false,
      retryable: true,
    });
  }
  await settle();
  held.release();
  await settle();
  assert.deepEqual(accepted.map(({ value }) => value), ["a", "b", "c"].map(valueOf));
  assertError(await errorOf(pool.set("k", "x".repeat(100))), { code: "QUEUE_BYTES" });
  assertError(await errorOf(pool.pipeline().get("a").get("b").get("c").get("d").exec()), { code: "QUEUE_FULL" });
  const next = watch(pool.get("a"));
  await settle();
  held.release();
  await settle();
  assert.equal(next.value, valueOf("a"));
  assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes], [0, 0]);
  await end();
});

test("whenFull wait: what finds no room waits its turn, in order", async () => {
  const held = new HeldAnswers();
  const { pool, commands, settle, end } = faultyPool({ shared: { maxQueued: 2, whenFull: "wait" } }, held.play);
  const keys = ["a", "b", "c", "d", "e"];
  const outcomes = keys.map((key) => watch(pool.get(key)));
  await settle();
  assert.equal(commands().length, 2);
  for (let n = 0; n < keys.length; n++) {
    held.release();
    await settle();
  }
  assert.deepEqual(outcomes.map(({ value }) => value), keys.map(valueOf));
  assert.deepEqual(commands(), keys.map((key) => ["GET", key]));
  await end();
});

test("whenFull wait: the time of what waits runs, and the rest is let in when those before it gave up", async () => {
  const shared = { maxQueued: 1, whenFull: "wait" } as const;
  const backoff = { jitter: "none", maxMs: 100 } as const;
  const options = { shared, backoff, circuitBreaker: { failures: 0 }, commandTimeoutMs: 1000 };
  const { pool, network, advance, end } = faultyPool(options);
  network.refusal = refused;
  const first = watch(pool.get("a"));
  await advance(600);
  const second = watch(pool.get("b"));
  await advance(500);
  assertError(first.error, { code: "COMMAND_TIMEOUT" });
  network.refusal = undefined;
  const third = watch(pool.get("c"));
  await advance(400);
  assert.deepEqual([second.value, third.value], [valueOf("b"), valueOf("c")]);
  await end();
});

test("whenFull wait: what waits for room is let in when the connection before it is lost", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({ shared: { maxQueued: 2, whenFull: "wait" } }, held.play);
  const outcomes = ["a", "b", "c"].map((key) => watch(pool.incr(key)));
  await settle();
  network.sockets[0]!.fail(reset);
  await settle();
  held.release();
  await settle();
  assert.deepEqual(outcomes.map(({ error }) => (error as { code?: string } | undefined)?.code), [
    "CONN_RESET",
    "CONN_RESET",
    undefined,
  ]);
  assert.equal(outcomes[2]!.isSettled, true);
  await end();
});

test("whenFull wait: what is larger than the room there ever is runs alone", async () => {
  const { pool, settle, end } = faultyPool({ shared: { maxQueued: 2, maxQueuedBytes: 100, whenFull: "wait" } });
  const outcomes: Outcome<unknown>[] = [
    watch(pool.pipeline().get("a").get("b").get("c").exec()),
    watch(pool.get("d")),
    watch(pool.set("e", "x".repeat(200))),
    watch(pool.get("f")),
  ];
  await settle();
  assert.deepEqual(outcomes.map(({ value }) => value), [
    ["a", "b", "c"].map(valueOf),
    valueOf("d"),
    "OK",
    valueOf("f"),
  ]);
  await end();
});

test("nothing is dialled and nothing is waited for on behalf of callers who were told already", async () => {
  for (const isKeepalive of [true, false]) {
    const options = { keepaliveMs: isKeepalive ? 2000 : 0, minIdle: 0, commandTimeoutMs: 0, stallTimeoutMs: 0 };
    const held = new HeldAnswers();
    const { pool, network, advance, settle, end } = faultyPool(options, held.play);
    const first = watch(pool.get("a"));
    await settle();
    held.release();
    await first;
    if (!isKeepalive) {
      const late = watch(pool.with({ timeoutMs: 100 }).get("b"));
      await advance(200);
      assertError(late.error, { code: "COMMAND_TIMEOUT" });
    }
    network.refusal = refused;
    if (!isKeepalive) network.sockets[0]!.fail(reset);
    await advance(10_000);
    const dials = network.targets.length;
    await advance(60_000);
    assert.equal(network.targets.length, dials, "it goes on dialling");
    assert.equal(pool.stats().queuedCommands, 0);
    const closed = watch(pool.close());
    await settle();
    assert.ok(closed.isSettled && closed.error === undefined, "close() waits for nobody");
    await end();
  }
});

test("a server that has lost its primary is not dialled in a loop", async () => {
  const play = (args: string[]) => args[0] === "GET" ? "-MASTERDOWN Link with MASTER is down\r\n" : echoReply(args);
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 5000 }, play);
  const outcomes = [watch(pool.get("a"))];
  for (let n = 0; n < 50; n++) {
    outcomes.push(watch(pool.get("b")));
    await advance(100);
  }
  assert.ok(network.targets.length <= 8, `${network.targets.length} dials in five seconds`);
  await advance(6000);
  for (const { error } of outcomes) assertError(error, { code: "MASTERDOWN", maybeExecuted: false });
  await end();
});

test("a command that waits because the pool was suspended and invalidated in its turn has its whole time", async () => {
  const { pool, advance, settle, end } = faultyPool({ commandTimeoutMs: 5000 });
  await pool.ping();
  await advance(60_000);
  const outcome = watch(pool.set("k", 1));
  pool.suspend();
  pool.invalidate("moved");
  await advance(3000);
  assert.equal(outcome.isSettled, false);
  pool.resume();
  await settle();
  assert.equal(outcome.value, "OK");
  await end();
});

test("a command that moves behind one of this turn keeps the deadline it had from the start", async () => {
  const held = new HeldAnswers();
  const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 1000 }, held.play);
  const moved = watch(pool.get("a"));
  pool.addEventListener("close", () => watch(pool.get("b")));
  await advance(900);
  network.holds = true;
  network.sockets[0]!.fail(reset);
  await advance(200);
  assertError(moved.error, { code: "COMMAND_TIMEOUT" });
  await end();
});

test("commands refused in later chunks than the first go to the new connection at once as well", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({}, held.play);
  const outcomes = [watch(pool.set("a", 1)), watch(pool.set("b", 1)), watch(pool.get("c"))];
  await settle();
  const [old] = network.sockets;
  old!.feed("-READONLY You can't write against a read only replica.\r\n");
  await settle();
  old!.feed("-READONLY You can't write against a read only replica.\r\n");
  await settle();
  held.release();
  await settle();
  assert.deepEqual(outcomes.slice(0, 2).map(({ value }) => value), ["OK", "OK"]);
  await end();
});

test("what was queued behind a large argument is not overtaken on its key when a second connection comes", async () => {
  const { pool, network, settle, end } = faultyPool();
  await pool.ping();
  network.sockets[0]!.stallsWrites = true;
  const outcomes = [
    watch(pool.set("big", "x".repeat(1_000_000))),
    watch(pool.set("s", 1)),
    watch(pool.set("big", "small again")),
  ];
  await settle();
  outcomes.push(watch(pool.set("s", 2)), watch(pool.set("big", "last")));
  await settle();
  assert.equal(network.sockets.length, 2);
  assert.deepEqual(network.sockets[1]!.commands.slice(-2), [["SET", "s", "1"], ["SET", "s", "2"]]);
  network.sockets[0]!.stallsWrites = false;
  network.sockets[0]!.drain();
  await settle();
  const sent = network.sockets[0]!.commands.filter(([, key]) => key === "big").map(([, , value]) =>
    value!.slice(0, 11)
  );
  assert.deepEqual(sent, ["xxxxxxxxxxx", "small again", "last"]);
  assert.ok(outcomes.every(({ value }) => value === "OK"));
  await end();
});

test("a call that was given up while it was postponed has nothing dialled", async () => {
  for (const isRefusedLate of [false, true]) {
    const held = new HeldAnswers();
    const { pool, network, advance, settle, end } = faultyPool({ stallTimeoutMs: 0 }, held.play);
    const first = watch(pool.ping());
    await settle();
    held.release();
    await first;
    const controller = new AbortController();
    const outcome = watch(pool.with({ signal: controller.signal }).get("a"));
    await settle();
    if (isRefusedLate) controller.abort();
    network.sockets[0]!.feed("-LOADING Redis is loading the dataset in memory\r\n");
    await settle();
    controller.abort();
    network.refusal = refused;
    network.sockets[0]!.fail(reset);
    await advance(10_000);
    assertError(outcome.error, {});
    assert.equal(network.targets.length, 1, "it dials for nobody");
    const closed = watch(pool.close());
    await settle();
    assert.ok(closed.isSettled && closed.error === undefined);
    await end();
  }
});

test("many refused commands are taken over in a time that grows with their number", async () => {
  const took: number[] = [];
  for (const count of [5000, 20_000]) {
    const held = new HeldAnswers();
    const { pool, network, settle, end } = faultyPool({}, held.play);
    await settle();
    const outcomes = Array.from({ length: count }, (_, n) => watch(pool.get(`k${n}`)));
    await settle();
    const chunk = "-LOADING Redis is loading\r\n".repeat(count);
    const start = performance.now();
    network.sockets[0]!.feed(chunk);
    took.push(performance.now() - start);
    assert.ok(outcomes.every(({ isSettled }) => !isSettled));
    await end();
  }
  assert.ok(took[1]! < 10 * took[0]! + 20, `${took} ms`);
});

test("a handshake has connectTimeoutMs, however little time commands have", async () => {
  const held: (() => void)[] = [];
  const { pool, advance, settle, end } = faultyPool(
    { commandTimeoutMs: 50, connectTimeoutMs: 1000 },
    (args, socket) => {
      if (args[0] !== "HELLO") return echoReply(args);
      held.push(() => socket.feed(echoReply(args)));
      return undefined;
    },
  );
  const ready = watch(pool.ready());
  await advance(500);
  assert.equal(ready.isSettled, false);
  for (const answer of held) answer();
  await settle();
  assert.ok(ready.isSettled && ready.error === undefined);
  assert.equal(await pool.get("a"), valueOf("a"));
  await end();
});

test("with one slot the lane and leases take turns", async () => {
  const { pool, network, settle, end } = faultyPool({ maxSize: 1 });
  for (let round = 0; round < 3; round++) {
    assert.equal(await pool.get("a"), valueOf("a"));
    const lease = await pool.acquire();
    const waiting = watch(pool.get("b"));
    await settle();
    assert.equal(waiting.isSettled, false, "a command waits while the one connection is leased");
    assert.equal(await lease.get("c"), valueOf("c"));
    lease.release();
    await settle();
    assert.equal(waiting.value, valueOf("b"));
  }
  assert.equal(network.sockets.length, 1);
  await end();
});

test("with one slot a lease that comes while the lane is still opening it gets its turn", async () => {
  const { pool, settle, end } = faultyPool({ maxSize: 1 });
  const command = watch(pool.get("a"));
  const lease = watch(pool.acquire());
  await settle();
  assert.equal(command.value, valueOf("a"));
  assert.equal(lease.isSettled, true);
  lease.value!.release();
  await end();
});

test("with one slot leases that wait behind a lease are served though commands come all the time", async () => {
  const { pool, settle, end } = faultyPool({ maxSize: 1 });
  const first = await pool.acquire();
  const second = watch(pool.acquire());
  const third = watch(pool.acquire());
  const commands = [watch(pool.get("a"))];
  first.release();
  await settle();
  for (const lease of [second, third]) {
    commands.push(watch(pool.get(`k${commands.length}`)));
    await settle();
    assert.equal(lease.isSettled, true);
    commands.push(watch(pool.get(`k${commands.length}`)));
    lease.value!.release();
    await settle();
  }
  assert.deepEqual(settled(commands), commands.map(() => true));
  await end();
});

test("with one slot a lease gets its turn though the commands before it were never sent", async () => {
  const { pool, settle, end } = faultyPool({ maxSize: 1 });
  await pool.ping();
  const bad = watch(pool.get(NaN));
  const lease = watch(pool.acquire());
  await settle();
  assertError(bad.error, { code: "INVALID_ARG" });
  assert.equal(lease.isSettled, true);
  lease.value!.release();
  await end();
});

test("what runs on a lease of the lane's former connection is the lease's own affair", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, advance, end } = faultyPool({ maxSize: 1, commandTimeoutMs: 1000 }, held.play);
  const ping = watch(pool.ping());
  await settle();
  held.release();
  await settle();
  assert.equal(ping.value, "PONG");
  const lease = await pool.acquire();
  const read = watch(lease.get("a"));
  await settle();
  assert.equal(pool.stats().queuedCommands, 0, "it counts in the lane's bounds");
  network.sockets[0]!.fail(reset);
  await settle();
  assertError(read.error, { code: "CONN_RESET", sent: true });
  lease.release();
  await advance(100);
  assert.equal(held.size, 1, "a lost command of a lease is never sent again");

  const next = await pool.acquire();
  const late = watch(next.get("b"));
  await advance(1100);
  assertError(late.error, { code: "COMMAND_TIMEOUT" });
  assert.equal(network.sockets.at(-1)!.isDestroyed, true, "a late reply must not reach the next holder");
  next.release();
  await end();
});

test("with more slots one is left to leases, whatever the lane has to carry", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({ maxSize: 2, commandTimeoutMs: 0 }, held.play);
  const outcomes = Array.from({ length: 50 }, (_, n) => watch(pool.set(`k${n}`, "x".repeat(200_000))));
  await settle();
  const lease = watch(pool.acquire());
  await settle();
  assert.equal(lease.isSettled, true);
  assert.equal(network.sockets.length, 2);
  held.release();
  await settle();
  assert.deepEqual(settled(outcomes), outcomes.map(() => true));
  lease.value!.release();
  await end();
});

test("an idle pool holds no ref'd socket, and a ref'd timer no longer than a step of its deadlines", async () => {
  const { pool, network, clock, advance, end } = faultyPool({ minIdle: 2 });
  const uses = [
    () => pool.ready(),
    () => pool.get("a"),
    () => pool.with({ timeoutMs: 1000 }).get("a"),
    () => pool.pipeline().get("a").exec(),
    () => pool.use((lease) => lease.get("a")),
    () => errorOf(pool.get(NaN)),
  ];
  for (const use of uses) {
    await use();
    await advance(200);
    assertAtRest(network, clock);
  }
  await end();
});

test("invalidated connections of the lane finish what they carry and are replaced", async () => {
  const held = new HeldAnswers();
  const { pool, network, settle, end } = faultyPool({}, held.play);
  const before = watch(pool.incr("a"));
  await settle();
  pool.invalidate("moved");
  const after = watch(pool.get("b"));
  await settle();
  assert.equal(network.sockets.length, 2);
  held.release();
  await settle();
  assert.deepEqual(settled([before, after]), [true, true]);
  assert.equal(after.value, valueOf("b"));
  assert.equal(network.sockets[0]!.isDestroyed, true);
  await end();
});

/** The beginning of a reply so long that small ones should not wait behind it, and its end. */
const large = { length: 300_000, begins: `$300000\r\n${"x".repeat(200_000)}`, ends: `${"x".repeat(100_000)}\r\n` };

test("while a large reply is coming in, small commands go another way", async () => {
  const play = (args: string[]) => args[1] === "large" ? large.begins : echoReply(args);
  const { pool, network, settle, commands, end } = faultyPool({}, play);
  await pool.ping();
  const slow = watch(pool.get("large"));
  await settle();
  const before = watch(pool.get("behind"));
  await settle();
  assert.equal(network.sockets.length, 2);
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(slow.isSettled, false);
  network.sockets[0]!.feed(large.ends);
  await settle();
  assert.equal((slow.value as string).length, large.length);
  assert.equal(before.value, valueOf("behind"));
  // The key is known for it now: it goes its own way from the start.
  watch(pool.get("large"));
  await settle();
  assert.deepEqual(commands(network.sockets[0]).at(-1), ["GET", "large"]);
  assert.equal(await pool.get("b"), valueOf("b"));
  await end();
});

test("a large argument does not hold small commands up", async () => {
  const { pool, network, settle, commands, end } = faultyPool();
  await pool.ping();
  network.sockets[0]!.stallsWrites = true;
  // Bytes, which leave in a write of their own behind their header.
  const slow = watch(pool.set("large", new Uint8Array(200_000)));
  await settle();
  assert.equal(network.sockets.length, 2);
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(slow.isSettled, false);
  assert.deepEqual(commands(network.sockets[1]), [["GET", "a"]]);
  network.sockets[0]!.stallsWrites = false;
  for (let n = 0; n < 5; n++) network.sockets[0]!.drain();
  await settle();
  assert.equal(slow.value, "OK");
  await end();
});

test("with one connection for the lane, or one slot, large values share it", async () => {
  // Of two slots one is left to leases.
  for (const options of [{ shared: { connections: 1 } }, { maxSize: 1 }, { maxSize: 2 }]) {
    const { pool, network, settle, end } = faultyPool(options, (args) => {
      return args[1] === "large" ? large.begins + large.ends : echoReply(args);
    });
    const [slow, small] = [watch(pool.get("large")), watch(pool.get("a"))];
    await settle();
    assert.equal((slow.value as string).length, large.length);
    assert.equal(small.value, valueOf("a"));
    assert.equal(network.sockets.length, 1);
    await end();
  }
});

test("a spare connection goes to a lease that needs it", async () => {
  const play = (args: string[]) => args[1] === "large" ? large.begins + large.ends : echoReply(args);
  const { pool, network, settle, end } = faultyPool({ maxSize: 3 }, play);
  await pool.ping();
  const slow = watch(pool.get("large"));
  await settle();
  const other = watch(pool.set("large", "x".repeat(200_000)));
  await settle();
  assert.ok(slow.isSettled && other.isSettled);
  const leases = await Promise.all([pool.acquire(), pool.acquire()]);
  assert.equal(network.sockets.length, 3);
  assert.equal(await pool.get("a"), valueOf("a"));
  for (const lease of leases) lease.release();
  await end();
});
