import { test } from "node:test";
import assert from "node:assert/strict";
import { ConnectionLostError } from "../../lib/errors.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, bulk, echoReply, errorOf, valueOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers } from "./faulty_pool.ts";

const reset = new ConnectionLostError("CONN_RESET", "h:1 reset the connection", { endpoint: "h:1" });

/** The results of a `BatchError` as codes and values. */
function shown(error: unknown): unknown[] {
  return (error as { results: unknown[] }).results.map((result) => (result as { code?: string }).code ?? result);
}

test("a batch settles once, with its replies in order, and the next caller gets his own", async () => {
  const { pool, commands, end } = faultyPool();
  const [before, batch, after] = await Promise.all([
    pool.get("x"),
    pool.pipeline().get("a").mget("b", "c").get("d").exec(),
    pool.get("y"),
  ]);
  assert.deepEqual(batch, [valueOf("a"), [valueOf("b"), valueOf("c")], valueOf("d")]);
  assert.deepEqual([before, after], [valueOf("x"), valueOf("y")]);
  assert.deepEqual(commands().map(([, key]) => key), ["x", "a", "b", "d", "y"]);
  await end();
});

test("an error reply stands in its own place, told by its own verb, and every reply comes with it", async () => {
  const { pool, end } = faultyPool({}, (args) => args[0] === "INCR" ? "-WRONGTYPE not a number\r\n" : echoReply(args));
  const batch = () => pool.pipeline().get("a").incr("b").get("c").incr("d");
  const error = await errorOf<{ replies: unknown[] }>(batch().exec());
  assertError(error, { name: "ReplyError", code: "WRONGTYPE", command: "INCR", endpoint: "h:1" });
  const settled = await batch().settled();
  for (const replies of [error.replies, settled] as unknown[][]) {
    assert.deepEqual([replies[0], replies[2]], [valueOf("a"), valueOf("c")]);
    for (const n of [1, 3]) assertError(replies[n], { name: "ReplyError", code: "WRONGTYPE", command: "INCR" });
  }
  assert.equal(error, error.replies[1]);
  await end();
});

test("a batch of which one command cannot be encoded is not sent at all, and harms nobody", async () => {
  const { pool, commands, end } = faultyPool();
  const [before, batch, after] = [pool.get("x"), pool.pipeline().set("a", 1).set("b", NaN).exec(), pool.get("y")];
  assertError(await errorOf(batch), { name: "ArgumentError", code: "INVALID_ARG", argument: 2, sent: false });
  assert.deepEqual([await before, await after], [valueOf("x"), valueOf("y")]);
  assert.deepEqual(commands().map(([, key]) => key), ["x", "y"]);
  await end();
});

test("a large batch that cannot be encoded takes back its own bytes only", async () => {
  const { pool, commands, settle, end } = faultyPool({ shared: { connections: 1 } });
  await pool.ping();
  const large = new Uint8Array(200_000).fill(97);
  const fillers = Array.from({ length: 40 }, (_, n) => "x".repeat(3000) + n);
  const before = watch(pool.get("x"));
  const batch = watch(pool.pipeline().set("a", large).send(["MSET", ...fillers]).set("b", NaN).exec());
  const after = watch(pool.get("y"));
  await settle();
  assertError(batch.error, { code: "INVALID_ARG" });
  assert.deepEqual([before.value, after.value], [valueOf("x"), valueOf("y")]);
  assert.deepEqual(commands(), [["PING"], ["GET", "x"], ["GET", "y"]]);
  await end();
});

test("when the connection is lost each command says what became of it", async () => {
  const { pool, network, settle, end } = faultyPool({}, (args) => handshakeReply(args));
  const outcome = watch(pool.pipeline().get("a").incr("b").get("c").exec());
  await settle();
  network.sockets[0]!.feed(bulk(valueOf("a")));
  network.sockets[0]!.fail(reset);
  await settle();
  assertError(outcome.error, { name: "BatchError", code: "CONN_RESET", sent: true, maybeExecuted: true });
  assert.deepEqual(shown(outcome.error), [valueOf("a"), "CONN_RESET", "CONN_RESET"]);
  for (const result of (outcome.error as { results: unknown[] }).results.slice(1)) {
    assertError(result, { name: "ConnectionLostError", maybeExecuted: true });
  }
  await end();
});

test("a batch that was not sent moves to the next connection as a whole", async () => {
  const { pool, network, commands, settle, end } = faultyPool();
  await pool.get("x");
  const [first] = network.sockets;
  first!.stallsWrites = true;
  first!.answer = undefined;
  const sent = watch(pool.incr("n"));
  await settle();
  const batch = watch(pool.pipeline().incr("a").incr("b").exec());
  await settle();
  first!.fail(reset);
  await settle();
  assertError(sent.error, { code: "CONN_RESET", maybeExecuted: true });
  assert.deepEqual(batch.value, ["OK", "OK"]);
  assert.deepEqual(commands(), [["INCR", "a"], ["INCR", "b"]]);
  await end();
});

test("a batch that may run twice starts over, and drops what it had before", async () => {
  const held = new HeldAnswers();
  const { pool, network, commands, settle, end } = faultyPool({}, held.play);
  const batch = watch(pool.with({ idempotent: true }).pipeline().get("a").get("b").get("c").exec());
  const next = watch(pool.get("d"));
  await settle();
  held.release(1);
  network.sockets[0]!.fail(reset);
  await settle();
  assert.deepEqual(commands().map(([, key]) => key), ["a", "b", "c", "d"]);
  held.release();
  await settle();
  assert.deepEqual(batch.value, ["a", "b", "c"].map(valueOf));
  assert.equal(next.value, valueOf("d"));
  await end();
});

test("a batch that was lost and is then refused keeps its place: nobody gets a reply of another", async () => {
  for (const code of ["READONLY", "LOADING", "BUSY"]) {
    const held = new HeldAnswers();
    let refuses = false;
    const { pool, network, settle, end } = faultyPool(
      {},
      (args, socket) => refuses && args[0] === "SET" ? `-${code} not now\r\n` : held.play(args, socket),
    );
    const batch = watch(pool.pipeline().set("a", 1).get("b").exec({ idempotent: true }));
    const next = watch(pool.get("c"));
    await settle();
    refuses = true;
    network.sockets[0]!.fail(reset);
    await settle();
    held.release();
    await settle();
    assertError(batch.error, { name: "ReplyError", code });
    assert.equal((batch.error as { replies: unknown[] }).replies[1], valueOf("b"));
    assert.equal(next.value, valueOf("c"));
    assert.equal(pool.stats().closesByReason["UNSOLICITED_REPLY"], undefined);
    await end();
  }
});

test("C01: a batch that is given up after it was sent leaves its replies to nobody", async () => {
  for (let answered = 0; answered <= 3; answered++) {
    const held = new HeldAnswers();
    const { pool, settle, end } = faultyPool({}, held.play);
    const controller = new AbortController();
    const batch = watch(pool.pipeline().get("a").get("b").get("c").exec({ signal: controller.signal }));
    const next = watch(pool.get("d"));
    await settle();
    held.release(Math.min(answered, 2));
    await settle();
    controller.abort("enough");
    await settle();
    assertError(batch.error, { name: "BatchError", code: "ABORTED", sent: true, maybeExecuted: true });
    const got = ["a", "b"].slice(0, Math.min(answered, 2)).map(valueOf);
    assert.deepEqual(shown(batch.error), [...got, "ABORTED", "ABORTED", "ABORTED"].slice(0, 3));
    held.release();
    await settle();
    assert.equal(next.value, valueOf("d"));
    await end();
  }
});

test("C02: a batch that is given up before it was sent is never sent, and says so", async () => {
  const { pool, network, commands, settle, end } = faultyPool();
  network.holds = true;
  const controller = new AbortController();
  const batch = watch(pool.pipeline().incr("a").exec({ signal: controller.signal }));
  await settle();
  controller.abort();
  await settle();
  assertError(batch.error, { name: "AbortError", code: "ABORTED", sent: false, maybeExecuted: false, phase: "queue" });
  network.openHeld();
  await settle();
  assert.deepEqual(commands(), []);
  await end();
});

test("a batch has one deadline", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({}, held.play);
  const batch = watch(pool.pipeline().get("a").get("b").exec({ timeoutMs: 100 }));
  await settle();
  held.release(1);
  await advance(90);
  assert.equal(batch.isSettled, false);
  await advance(30);
  assertError(batch.error, { name: "BatchError", code: "COMMAND_TIMEOUT", maybeExecuted: true });
  assert.deepEqual(shown(batch.error), [valueOf("a"), "COMMAND_TIMEOUT"]);
  const next = watch(pool.get("c"));
  await settle();
  held.release();
  await settle();
  assert.equal(next.value, valueOf("c"));
  await end();
});

test("a batch counts each of its commands in the lane's bounds", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play);
  const batch = watch(pool.pipeline().get("a").get("b").get("c").exec());
  await settle();
  assert.equal(pool.stats().queuedCommands, 3);
  assert.equal(pool.stats().queuedBytes, 3 * 4);
  held.release(2);
  await settle();
  assert.equal(pool.stats().queuedCommands, 3);
  held.release();
  await settle();
  assert.equal(batch.isSettled, true);
  assert.equal(pool.stats().queuedCommands, 0);
  await end();
});

test("replies of a batch are returned as its caller wants them", async () => {
  const { pool, end } = faultyPool();
  const view = pool.with({ replies: { strings: "bytes" } });
  assert.deepEqual(await view.pipeline().get("a").exec(), [new TextEncoder().encode(valueOf("a"))]);
  await end();
});

test("G16: an error within a reply of a batch is a value and shifts nothing", async () => {
  const { pool, end } = faultyPool({}, (args) => args[0] === "MGET" ? "*2\r\n-ERR a\r\n$1\r\nb\r\n" : echoReply(args));
  const [nested, last] = await pool.pipeline().mget("a", "b").get("c").exec();
  assertError((nested as unknown[])[0], { name: "ReplyError", code: "ERR" });
  assert.equal(last, valueOf("c"));
  await end();
});

test("G17: a reply that cannot be a value rejects exec(), and is a value of settled()", async () => {
  const play = (args: string[]) => args[0] === "EVAL" ? "%1\r\n*0\r\n:1\r\n" : echoReply(args);
  const { pool, end } = faultyPool({}, play);
  const batch = () => pool.pipeline().get("a").send(["EVAL", "return", 0]);
  const expected = { name: "DecodeError", code: "BAD_MAP_KEY" };
  assertError(await errorOf(batch().exec()), expected);
  const [first, second] = await batch().settled();
  assert.equal(first, valueOf("a"));
  assertError(second, expected);
  await end();
});
