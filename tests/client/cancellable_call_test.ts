import { test } from "node:test";
import assert from "node:assert/strict";
import { ConnectError } from "../../lib/errors.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, CountingSignal, errorOf, type Outcome, quietly, valueOf, watch } from "../support/oracles.ts";
import { Random } from "../support/random.ts";
import { faultyPool, HeldAnswers } from "./faulty_pool.ts";

function signalOf(signal: CountingSignal): AbortSignal {
  return signal as unknown as AbortSignal;
}

test("C01: a command that is aborted after it was sent rejects at once, and its reply reaches nobody", async () => {
  const held = new HeldAnswers();
  const { pool, network, commands, settle, end } = faultyPool({}, held.play);
  const signal = new CountingSignal();
  const foo = watch(pool.with({ signal: signalOf(signal) }).get("foo"));
  await settle();
  const reason = new Error("enough");
  signal.abort(reason);
  await settle();
  assertError(foo.error, {
    name: "AbortError",
    code: "ABORTED",
    command: "GET",
    endpoint: "h:1",
    phase: "reply",
    sent: true,
    maybeExecuted: true,
    cause: reason,
  });
  const others = [watch(pool.get("bar")), watch(pool.ping()), watch(pool.get("foo"))];
  await settle();
  held.release();
  await settle();
  assert.deepEqual(others.map(({ value }) => value), [valueOf("bar"), "PONG", valueOf("foo")]);
  assert.deepEqual(commands(), [["GET", "foo"], ["GET", "bar"], ["PING"], ["GET", "foo"]]);
  assert.equal(network.sockets.length, 1, "an abort costs no connection");
  assert.equal(signal.listeners, 0);
  await end();
});

test("C02: a command that is aborted while it is queued is never sent, and says so", async () => {
  const { pool, network, commands, settle, end } = faultyPool();
  network.holds = true;
  const controller = new AbortController();
  const queued = watch(pool.with({ signal: controller.signal }).incr("a"));
  const next = watch(pool.get("b"));
  await settle();
  controller.abort();
  await settle();
  assertError(queued.error, { name: "AbortError", sent: false, maybeExecuted: false, phase: "queue", command: "INCR" });
  network.openHeld();
  await settle();
  assert.equal(next.value, valueOf("b"));
  assert.deepEqual(commands(), [["GET", "b"]]);
  await end();
});

test("C02: a command that is aborted in its own turn is never sent", async () => {
  const { pool, commands, settle, end } = faultyPool();
  await pool.ping();
  const controller = new AbortController();
  const aborted = errorOf(pool.with({ signal: controller.signal }).incr("a"));
  controller.abort();
  assertError(await aborted, { code: "ABORTED", sent: false });
  await settle();
  assert.deepEqual(commands(), [["PING"]]);
  assert.equal(pool.stats().queuedCommands, 0);
  await end();
});

test("C03: a signal that has fired already rejects without a place in line and without a connection", async () => {
  const { pool, network, settle, end } = faultyPool();
  const reason = new Error("earlier");
  const signal = AbortSignal.abort(reason);
  const view = pool.with({ signal });
  const calls = [
    view.get("a"),
    view.blpop("a", 0),
    view.pipeline().get("a").exec(),
    pool.send(["GET", "a"], { signal }),
  ];
  for (const call of calls) {
    assertError(await errorOf(call), {
      name: "AbortError",
      code: "ABORTED",
      sent: false,
      maybeExecuted: false,
      cause: reason,
    });
  }
  await settle();
  assert.equal(network.targets.length, 0);
  assert.equal(pool.stats().queuedCommands, 0);
  await end();
});

test("C04: an abort in the turn of the reply has exactly one outcome, whichever comes first", async () => {
  for (const isReplyFirst of [true, false]) {
    const held = new HeldAnswers();
    const { pool, settle, end } = faultyPool({}, held.play);
    const signal = new CountingSignal();
    let outcomes = 0;
    const outcome = watch(pool.with({ signal: signalOf(signal) }).get("a").finally(() => outcomes++));
    await settle();
    if (isReplyFirst) held.release();
    signal.abort("enough");
    if (!isReplyFirst) held.release();
    await settle();
    assert.equal(outcomes, 1);
    if (isReplyFirst) assert.equal(outcome.value, valueOf("a"));
    else assertError(outcome.error, { code: "ABORTED", sent: true });
    assert.equal(signal.listeners, 0);
    await end();
  }
});

test("a signal is listened to only as long as its command is under way", async () => {
  const signal = new CountingSignal();
  const answers: Record<string, string> = { OK: "+OK\r\n", ERR: "-ERR no\r\n" };
  const { pool, network, settle, advance, end } = faultyPool({ commandTimeoutMs: 100 }, (args) => {
    return handshakeReply(args) ?? answers[args[1]!];
  });
  const view = pool.with({ signal: signalOf(signal) });
  await view.get("OK");
  await errorOf(view.get("ERR"));
  await errorOf(view.get(NaN));
  const late = watch(view.get("LATE"));
  await settle();
  assert.equal(signal.listeners, 1);
  await advance(120);
  assertError(late.error, { code: "COMMAND_TIMEOUT" });
  const lost = watch(view.incr("LOST"));
  await settle();
  network.sockets[0]!.fail(undefined);
  await settle();
  assertError(lost.error, { code: "CONN_CLOSED" });
  assert.equal(signal.listeners, 0);
  await end();
});

test("C05: in a storm of aborts and timeouts every value belongs to its key, and no connection is lost", async () => {
  await quietly(async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(seed);
      const protocol = random.pick([2, 3] as const);
      const held = new HeldAnswers(protocol);
      const { pool, network, settle, clock, advance, end } = faultyPool({ protocol, commandTimeoutMs: 0 }, held.play);
      const outcomes: [Outcome<unknown>, unknown][] = [];
      const controllers: AbortController[] = [];
      for (let step = 0; step < 150; step++) {
        for (let n = random.int(0, 20); n > 0; n--) {
          outcomes.push(randomCall(pool, random, `k${outcomes.length}`, controllers));
        }
        await clock.settle();
        for (const controller of controllers.splice(0)) {
          if (random.chance(0.3)) controller.abort();
          else controllers.length < 50 && controllers.push(controller);
        }
        held.release(random.int(0, held.size));
        if (random.chance(0.3)) await clock.advance(random.int(0, 5));
      }
      for (let n = 0; held.size > 0 || n < 2; n++) {
        await settle();
        held.release();
      }
      await advance(100);
      let values = 0;
      for (const [outcome, expected] of outcomes) {
        assert.equal(outcome.isSettled, true);
        if ("value" in outcome) {
          values++;
          assert.deepEqual(outcome.value, expected);
        } else assert.match((outcome.error as { code: string }).code, /^(?:ABORTED|COMMAND_TIMEOUT|INVALID_ARG)$/);
      }
      assert.ok(values > 200, `only ${values} of ${outcomes.length} were answered`);
      assert.equal(network.sockets.length, 1);
      assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes], [0, 0], "tombstones drain");
      await end();
    }
  });
});

/** Any kind of call, with or without a way to end early, and the value that only its own reply can give. */
function randomCall(
  pool: ReturnType<typeof faultyPool>["pool"],
  random: Random,
  key: string,
  controllers: AbortController[],
): [Outcome<unknown>, unknown] {
  const controller = new AbortController();
  const view = pool.with({
    signal: random.chance(0.6) ? controller.signal : undefined,
    timeoutMs: random.chance(0.4) ? random.int(1, 5) : undefined,
  });
  controllers.push(controller);
  switch (random.int(0, 6)) {
    case 0:
      return [watch(pool.get(key)), valueOf(key)];
    case 1:
      return [watch(view.mget(key, "x")), [valueOf(key), valueOf("x")]];
    case 2:
      return [watch(view.pipeline().get(key).get("x").get(key).exec()), [valueOf(key), valueOf("x"), valueOf(key)]];
    case 3:
      return [watch(view.get(NaN)), undefined];
    case 6:
      return [watch(view.pipeline().get("x").get(NaN).exec()), undefined];
    case 4:
      return [watch(view.send(["ECHO", key])), key];
    default:
      return [watch(view.get(key)), valueOf(key)];
  }
}

test("C10: one deadline covers the wait for a connection, the write and the reply", async () => {
  const { pool, network, clock, advance, end } = faultyPool({}, (args) => handshakeReply(args));
  network.holds = true;
  const start = clock.now();
  const outcome = watch(pool.with({ timeoutMs: 100 }).get("a"));
  await advance(60);
  network.openHeld();
  await advance(39);
  assert.equal(outcome.isSettled, false);
  await advance(20);
  assertError(outcome.error, {
    name: "TimeoutError",
    code: "COMMAND_TIMEOUT",
    phase: "reply",
    sent: true,
    maybeExecuted: true,
  });
  const { elapsedMs } = outcome.error as { elapsedMs: number };
  assert.ok(elapsedMs >= 100 && elapsedMs <= 150 && elapsedMs <= clock.now() - start, `${elapsedMs} ms`);
  await end();
});

test("C10: a call that is sent again keeps its deadline", async () => {
  const { pool, network, advance, end } = faultyPool({}, (args) => handshakeReply(args));
  const outcome = watch(pool.with({ timeoutMs: 100 }).get("a"));
  await advance(70);
  network.sockets[0]!.fail(undefined);
  await advance(20);
  assert.equal(network.sockets.length, 2);
  assert.equal(outcome.isSettled, false);
  await advance(20);
  assertError(outcome.error, { code: "COMMAND_TIMEOUT", sent: true });
  await end();
});

test("a call may take longer or shorter than others, or for ever", async () => {
  const { pool, advance, end } = faultyPool({ commandTimeoutMs: 1000 }, (args) => handshakeReply(args));
  const plain = watch(pool.get("a"));
  const [short, long, endless] = [100, 5000, 0].map((timeoutMs) => watch(pool.with({ timeoutMs }).get("a")));
  const settled = () => [plain, short!, long!, endless!].map(({ isSettled }) => isSettled);
  await advance(120);
  assert.deepEqual(settled(), [false, true, false, false]);
  await advance(900);
  assert.deepEqual(settled(), [true, true, false, false]);
  await advance(4000);
  assert.deepEqual(settled(), [true, true, true, false]);
  await advance(1e7);
  assert.deepEqual(settled(), [true, true, true, false]);
  await end();
});

test("a command that is late says why it could not be sent, when that is why", async () => {
  const refused = new ConnectError("CONNECT_REFUSED", "h:1 refused", { endpoint: "h:1" });
  const { pool, network, advance, end } = faultyPool();
  network.refusal = refused;
  const unsent = watch(pool.with({ timeoutMs: 100 }).get("a"));
  await advance(120);
  assertError(unsent.error, { code: "COMMAND_TIMEOUT", sent: false, cause: refused });
  await end();
});

test("commands that were given up while there was no connection keep no place", async () => {
  const { pool, network, settle, advance, end } = faultyPool({ shared: { maxQueued: 10 } });
  network.holds = true;
  for (let round = 0; round < 5; round++) {
    const outcomes = Array.from({ length: 10 }, () => watch(pool.with({ timeoutMs: 50 }).get("a")));
    await advance(70);
    for (const { error } of outcomes) assertError(error, { code: "COMMAND_TIMEOUT" });
    assert.deepEqual([pool.stats().queuedCommands, pool.stats().queuedBytes], [0, 0]);
  }
  network.openHeld();
  await settle();
  assert.equal(await pool.get("a"), valueOf("a"));
  await end();
});

test("an abort whose listener calls the pool again harms nobody", async () => {
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play);
  const controller = new AbortController();
  let again: Outcome<unknown> | undefined;
  controller.signal.addEventListener("abort", () => {
    again = watch(pool.get("b"));
  });
  const first = watch(pool.with({ signal: controller.signal }).get("a"));
  await settle();
  controller.abort();
  await settle();
  held.release();
  await settle();
  assertError(first.error, { code: "ABORTED" });
  assert.equal(again!.value, valueOf("b"));
  await end();
});
