import { test } from "node:test";
import assert from "node:assert/strict";
import { type Call, MappedCall, skipped } from "../../lib/connection/call.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { ConnectionLostError, ProtocolError, RedisError, ReplyError } from "../../lib/errors.ts";
import type { Argument, Encoder } from "../../lib/resp/encoder.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { type DecodeText, decodeText } from "../../lib/resp/text.ts";
import { toBytes } from "../../lib/testing/bytes.ts";
import { assertError, bulk, echoReply, errorOf, type Outcome, valueOf, watch } from "../support/oracles.ts";
import { Random } from "../support/random.ts";
import { makeConnection, openConnection, turn } from "./open_connection.ts";

const lost = new ConnectionLostError("CONN_CLOSED", "gone", { endpoint: "h:1" });

test("commands of one turn leave in one write, in their order", async () => {
  const { connection, socket } = openConnection();
  for (const key of ["a", "b", "c"]) watch(connection.send(["GET", key]));
  assert.equal(socket.writes.length, 0);
  await turn();
  assert.equal(socket.writes.length, 1);
  assert.deepEqual(socket.commands, [["GET", "a"], ["GET", "b"], ["GET", "c"]]);
  watch(connection.send(["GET", "d"]));
  await turn();
  assert.equal(socket.writes.length, 2);
});

test("callers that were served together send together, however deep in async functions they go on", async () => {
  const { connection, socket } = openConnection();
  const caller = async (depth: number) => {
    for (;;) {
      await connection.send(["GET", `${depth}`]);
      for (let n = 0; n < depth; n++) await undefined;
    }
  };
  const callers = Array.from({ length: 10 }, (_, depth) => watch(caller(depth)));
  for (let round = 1; round <= 5; round++) {
    await turn();
    assert.deepEqual([socket.writes.length, socket.commands.length], [round, 10 * round]);
    socket.feed(bulk("x").repeat(10));
  }
  connection.destroy(lost);
  await turn();
  assert.ok(callers.every(({ isSettled }) => isSettled));
});

test("a caller who sends when others have gone leaves within the turn", async () => {
  const { connection, socket } = openConnection();
  for (const key of ["a", "b", "c", "d"]) watch(connection.send(["GET", key]));
  await turn();
  socket.feed(bulk("x").repeat(4));
  watch(connection.send(["GET", "e"]));
  for (let n = 0; n < 20; n++) await undefined;
  assert.equal(socket.writes.length, 2);
});

test("memory is kept for large replies that are returned as bytes, and for no others", async () => {
  let kept = 0;
  const { connection, owner, socket } = openConnection({ platform: { decodeText, keepMemory: () => void kept++ } });
  const asBytes = new MappedCall({ ...defaultMapping, strings: "bytes" });
  const large = "x".repeat(200_000);
  const outcomes = [
    [watch(connection.send(["GET", "a"], asBytes)), "small", 0],
    [watch(connection.send(["GET", "b"])), large, 0],
    [watch(connection.send(["GET", "c"], asBytes)), large, 1],
  ] as const;
  await turn();
  for (const [outcome, content, expected] of outcomes) {
    const reply = bulk(content);
    socket.feed(reply.slice(0, 150_000), reply.slice(150_000));
    await turn();
    assert.equal((outcome.value as string | Uint8Array).length, content.length);
    assert.equal(kept, expected);
  }
  assert.equal(owner.largeReplies, 2);
});

test("memory is kept for large text where that is made at once", async () => {
  let kept = 0;
  const decodeAtOnce = Object.assign((...bytes: Parameters<DecodeText>) => decodeText(...bytes), {
    longestInPieces: 1_000_000,
  });
  const platform = { decodeText: decodeAtOnce, keepMemory: () => void kept++ };
  const { connection, socket } = openConnection({ platform });
  const outcome = watch(connection.send(["GET", "a"]));
  await turn();
  const reply = bulk("x".repeat(200_000));
  socket.feed(reply.slice(0, 150_000), reply.slice(150_000));
  await turn();
  assert.equal((outcome.value as string).length, 200_000);
  assert.equal(kept, 1);
});

test("commands that were queued before the socket was there leave when it is", async () => {
  const { connection, attach } = makeConnection();
  const first = watch(connection.send(["GET", "a"]));
  await turn();
  const socket = attach();
  socket.answer = (args) => echoReply(args);
  const second = watch(connection.send(["GET", "b"]));
  await turn();
  assert.equal(socket.writes.length, 1);
  assert.deepEqual([first.value, second.value], [valueOf("a"), valueOf("b")]);
});

test("nothing is written while a write is stalled; what came meanwhile leaves together", async () => {
  const { connection, socket, owner } = openConnection();
  socket.stallsWrites = true;
  watch(connection.send(["GET", "a"]));
  await turn();
  for (const key of ["b", "c"]) {
    watch(connection.send(["GET", key]));
    await turn();
  }
  assert.equal(socket.writes.length, 1);
  assert.equal(connection.ring.sent, 1);
  const { progress } = owner;
  socket.stallsWrites = false;
  socket.drain();
  assert.equal(socket.writes.length, 2);
  assert.deepEqual(socket.commands, [["GET", "a"], ["GET", "b"], ["GET", "c"]]);
  assert.ok(owner.progress > progress, "the owner hears of the drain");
  assert.deepEqual(socket.violations, []);
});

test("long byte arguments keep their place, however often the socket stalls", async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = new Random(seed);
    const { connection, socket } = openConnection();
    const expected: string[][] = [];
    for (let n = 0; n < 20; n++) {
      const text = String.fromCharCode(97 + n % 26).repeat(random.pick([1, 20, 20, 5000, 70_000, 140_000]));
      const args = ["SET", `k${n}`, random.chance(0.5) ? toBytes(text) : text];
      expected.push(["SET", `k${n}`, text]);
      watch(connection.send(args));
      socket.stallsWrites = random.chance(0.7);
      if (random.chance(0.6)) await turn();
    }
    await turn();
    for (let n = 0; socket.isStalled || connection.ring.sent < connection.ring.size; n++) {
      assert.ok(n < 1000, "the connection goes on after drain");
      socket.stallsWrites = random.chance(0.7);
      socket.drain();
    }
    assert.deepEqual(socket.commands, expected);
    assert.deepEqual(socket.violations, []);
  }
});

/** A call that takes two replies for one place in the ring, or none at all. */
class PairCall extends MappedCall {
  readonly #replies: unknown[] = [];
  readonly #isSkipped: boolean;

  constructor(isSkipped: boolean) {
    super(undefined);
    this.#isSkipped = isSkipped;
  }

  override encode(encoder: Encoder, args: readonly Argument[]): boolean {
    if (this.#isSkipped) return false;
    for (const key of args.slice(1)) encoder.append(["GET", key]);
    return true;
  }

  override reply(...[value, isError, args, resolve, reject, source]: Parameters<Call["reply"]>): boolean {
    this.#replies.push(value);
    if (this.#replies.length < 2) return false;
    return super.reply(this.#replies, isError, args, resolve, reject, source);
  }
}

/** A random command, and how its promise must end: `[values]`, `"rejects"`, or nothing. */
function randomCommand(
  random: Random,
  key: string,
): { args: Argument[]; call?: Call; check: (outcome: Outcome<unknown>) => void } {
  const gets = (value: unknown) => (outcome: Outcome<unknown>) => assert.deepEqual(outcome.value, value);
  switch (random.int(0, 6)) {
    case 0:
      return {
        args: ["GET", key, NaN],
        check: ({ error }) => assertError(error, { code: "INVALID_ARG", command: "GET", sent: false, argument: 2 }),
      };
    case 1:
      return {
        args: ["PAIR", key, `${key}'`],
        call: new PairCall(true),
        check: ({ isSettled }) => assert.equal(isSettled, false),
      };
    case 2:
      return {
        args: ["PAIR", key, `${key}'`],
        call: new PairCall(false),
        check: gets([valueOf(key), valueOf(`${key}'`)]),
      };
    case 3: {
      const mapping = { ...defaultMapping, strings: "bytes" } as const;
      return { args: ["GET", key], call: new MappedCall(mapping), check: gets(toBytes(valueOf(key))) };
    }
    case 4:
      return { args: ["MGET", key, "x"], check: gets([valueOf(key), valueOf("x")]) };
    case 5:
      return {
        args: ["FAIL", key],
        check: ({ error }) => assertError(error, { code: "ERR", command: "FAIL", sent: true, endpoint: "h:1" }),
      };
    default:
      return { args: ["GET", key], check: gets(valueOf(key)) };
  }
}

test("every caller gets his own reply, however the stream is split and whatever stands between", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const protocol = random.pick([2, 3] as const);
    const { connection, socket, pushes } = openConnection({}, protocol);
    let wire = "";
    let pushed = 0;
    socket.answer = (args) => {
      if (protocol === 3 && random.chance(0.2)) wire += `>2\r\n+tick\r\n:${pushed++}\r\n`;
      if (protocol === 3 && random.chance(0.1)) wire += "|1\r\n+ttl\r\n:1\r\n";
      wire += args[0] === "FAIL" ? "-ERR no\r\n" : echoReply(args);
      return undefined;
    };
    const checks: [Outcome<unknown>, (outcome: Outcome<unknown>) => void][] = [];
    for (let round = 0; round < 12; round++) {
      for (let n = random.int(0, 20); n > 0; n--) {
        const { args, call, check } = randomCommand(random, `k${checks.length}`);
        checks.push([watch(connection.send(args, call)), check]);
      }
      await turn();
      const upTo = round === 11 ? wire.length : random.int(0, wire.length);
      for (let at = 0; at < upTo;) {
        const length = Math.min(random.pick([1, 1, 2, 7, 1000]), upTo - at);
        socket.feed(wire.slice(at, at + length));
        at += length;
      }
      wire = wire.slice(upTo);
    }
    await turn();
    for (const [outcome, check] of checks) check(outcome);
    assert.deepEqual(pushes, Array.from({ length: pushed }, (_, n) => ["tick", n]));
    assert.equal(connection.ring.size, 0);
    assert.equal(connection.isQuiet, true);
    assert.equal(connection.state, "ready");
  }
});

test("a command that cannot be encoded is rejected alone, before a byte of it is written", async () => {
  const { connection, socket } = openConnection();
  socket.answer = (args) => echoReply(args);
  const outcomes = [["GET", "a"], ["SET", "a", { b: 1 }], [], ["GET", "b"]]
    .map((args) => watch(connection.send(args as Argument[])));
  await turn();
  assert.deepEqual(socket.commands, [["GET", "a"], ["GET", "b"]]);
  assert.deepEqual([outcomes[0]!.value, outcomes[3]!.value], [valueOf("a"), valueOf("b")]);
  assertError(outcomes[1]!.error, { code: "INVALID_ARG", argument: 2, command: "SET", sent: false });
  assertError(outcomes[2]!.error, { code: "EMPTY_COMMAND", sent: false });
});

test("when nothing of a turn is left to send, the owner hears of it and the process may end", async () => {
  for (const args of [["GET", NaN], ["PAIR", "a", "b"]]) {
    const { connection, socket, owner } = openConnection();
    watch(connection.send(args, args[0] === "PAIR" ? new PairCall(true) : undefined));
    await turn();
    assert.equal(connection.ring.size, 0);
    assert.equal(socket.writes.length, 0);
    assert.ok(owner.progress > 0, "who waits for the connection to be free must be told");
    assert.equal(socket.isRefd, false);
  }
});

test("an error reply tells its verb and endpoint, and never what it was given", async () => {
  const { connection, socket, owner } = openConnection();
  socket.answer = (args) =>
    args[0] === "CONFIG"
      ? "-ERR cannot set 'hunter2'\r\n"
      : "-ERR unknown command 'X', with args beginning with: 'hunter2' \r\n";
  const config = await errorOf<ReplyError>(connection.send(["config", "set", "requirepass", "hunter2"]));
  assertError(config, { name: "ReplyError", code: "ERR", command: "CONFIG SET", endpoint: "h:1", sent: true });
  const other = await errorOf<ReplyError>(connection.send(["x", "hunter2"]));
  assertError(other, { name: "ReplyError", command: "X" });
  for (const { message } of [config, other]) assert.doesNotMatch(message, /hunter2/);
  assert.deepEqual(owner.refusals, [config, other]);
});

test("the owner may take a command over that was answered with an error", async () => {
  const { connection, socket, owner } = openConnection();
  owner.takesOver = ({ code }) => code === "READONLY";
  const outcomes = ["SET", "DEL", "GET"].map((verb) => watch(connection.send([verb, "k"])));
  await turn();
  socket.feed("-READONLY no\r\n-ERR no\r\n" + bulk("v"));
  await turn();
  assert.deepEqual(outcomes.map(({ isSettled }) => isSettled), [false, true, true]);
  assertError(outcomes[1]!.error, { code: "ERR" });
  assert.equal(outcomes[2]!.value, "v");
  owner.taken.resolve[owner.taken.head]!("later");
  await turn();
  assert.equal(outcomes[0]!.value, "later");
});

test("G16: an error inside an array is a value, and the next reply goes to the next command", async () => {
  const { connection, socket } = openConnection();
  const [both, next] = [connection.send(["EXEC"]), connection.send(["GET", "k"])];
  await turn();
  socket.feed(`*2\r\n-ERR a\r\n:1\r\n${bulk("v")}`);
  const [error, one] = await both as [ReplyError, number];
  assert.ok(error instanceof ReplyError);
  assert.equal(one, 1);
  assert.equal(await next, "v");
});

test("G01: garbage in place of a reply ends the connection, and nothing behind it is delivered", async () => {
  const { connection, socket, owner } = openConnection();
  const outcomes = ["a", "b", "c", "d"].map((key) => watch(connection.send(["GET", key])));
  await turn();
  socket.feed(`@x\r\n${bulk("b")}${bulk("c")}`, bulk("d"));
  await turn();
  const [first, ...others] = outcomes;
  assertError(first!.error, { name: "ProtocolError", code: "BAD_TYPE", command: "GET", maybeExecuted: true });
  for (const { error } of others) {
    assertError(error, { name: "ConnectionLostError", code: "CONN_POISONED", maybeExecuted: true, sent: true });
    assert.equal((error as Error).cause, first!.error);
  }
  assert.deepEqual(owner.losses.map(({ size, sent }) => [size, sent]), [[4, 4]]);
  assert.equal(socket.isDestroyed, true);
});

test("71, 74, G20: a reply that comes while nothing is outstanding ends the connection", () => {
  const { connection, socket, owner } = openConnection();
  let closedBy: RedisError | undefined;
  connection.onClose = (error) => closedBy = error;
  socket.feed("+OK\r\n");
  assertError(closedBy, { name: "ProtocolError", code: "UNSOLICITED_REPLY", endpoint: "h:1" });
  assert.equal(connection.state, "closed");
  assert.equal(owner.losses.length, 1);
});

test("G21: a second reply to one command reaches nobody, whether it comes at once or later", async () => {
  for (const isLate of [false, true]) {
    const { connection, socket } = openConnection();
    const first = connection.send(["GET", "a"]);
    await turn();
    socket.feed(...(isLate ? [bulk("1")] : [bulk("1") + bulk("2")]));
    if (isLate) socket.feed(bulk("2"));
    assert.equal(await first, "1");
    assert.equal(connection.state, "closed");
  }
});

test("G23: a reply to a command whose bytes were not handed over is unsolicited", async () => {
  const { connection, socket, owner } = openConnection();
  const unsent = watch(connection.send(["GET", "a"]));
  socket.feed(bulk("early"));
  await turn();
  assertError(unsent.error, { code: "CONN_POISONED", sent: false, maybeExecuted: false, phase: "queue" });
  assert.deepEqual(owner.losses.map(({ error, sent }) => [error.code, sent]), [["UNSOLICITED_REPLY", 0]]);
});

test("G23: while a write is stalled, a reply beyond the commands handed over is unsolicited", async () => {
  const { connection, socket } = openConnection();
  socket.stallsWrites = true;
  const sent = watch(connection.send(["GET", "a"]));
  await turn();
  const unsent = watch(connection.send(["GET", "b"]));
  await turn();
  socket.feed(bulk("a") + bulk("b"));
  await turn();
  assert.equal(sent.value, "a");
  assertError(unsent.error, { code: "CONN_POISONED", sent: false, maybeExecuted: false });
});

test("G25: a reply that the end of the stream cuts off is never delivered", async () => {
  const whole = `*2\r\n${bulk("one")}${bulk("two")}`;
  for (let length = 0; length < whole.length; length++) {
    const { connection, socket } = openConnection();
    const outcome = watch(connection.send(["LRANGE", "k", 0, 1]));
    await turn();
    if (length > 0) socket.feed(whole.slice(0, length));
    socket.end();
    await turn();
    assertError(outcome.error, { name: "ConnectionLostError", code: "CONN_CLOSED", sent: true, maybeExecuted: true });
  }
});

test("G14: pushes go where pushes go, and never consume a reply", async () => {
  const { connection, socket, pushes } = openConnection();
  const push = ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n";
  socket.feed(push);
  const value = connection.send(["GET", "k"]);
  await turn();
  socket.feed(push + bulk("v") + push);
  assert.equal(await value, "v");
  assert.deepEqual(pushes, [1, 2, 3].map(() => ["invalidate", ["k"]]));
  assert.equal(connection.state, "ready");
});

test("G15: a push in a RESP2 session is poison", async () => {
  const { connection, socket } = openConnection({}, 2);
  const outcome = watch(connection.send(["GET", "k"]));
  await turn();
  socket.feed(">1\r\n+a\r\n");
  await turn();
  assertError(outcome.error, { name: "ProtocolError", code: "BAD_TYPE" });
});

test("a full server that says so before it was asked anything is understood", () => {
  const { connection, attach, owner } = makeConnection();
  const socket = attach();
  socket.feed("-ERR max number of clients reached\r\n");
  socket.end();
  assert.equal(connection.state, "closed");
  assertError(owner.losses[0]!.error, { name: "ReplyError", code: "ERR" });
});

test("a command on a connection that has ended is handed to the owner instead of waiting for ever", async () => {
  for (const isAttached of [true, false]) {
    const { connection, attach, owner } = makeConnection();
    if (isAttached) attach();
    connection.destroy(lost);
    const late = watch(connection.send(["GET", "k"]));
    await turn();
    assertError(late.error, { name: "ConnectionLostError", code: "CONN_CLOSED", sent: false, maybeExecuted: false });
    assert.equal(connection.ring.size, 0);
    assert.deepEqual(owner.losses.map(({ error }) => error), [lost, lost]);
  }
});

test("commands that a dead connection adopts go to the owner too", async () => {
  const { connection } = openConnection();
  connection.destroy(lost);
  const waiting = new CommandRing({ count: 0, bytes: 0 });
  const outcome = watch(
    new Promise((resolve, reject) => waiting.push(["GET", "k"], resolve, reject, undefined, 4, 1)),
  );
  connection.adopt(waiting);
  await turn();
  assertError(outcome.error, { code: "CONN_CLOSED", sent: false });
});

test("a socket that comes too late is destroyed", () => {
  const { connection, attach } = makeConnection();
  connection.destroy(lost);
  assert.equal(attach().isDestroyed, true);
});

test("the end is told once: first to who keeps the connection, then to its owner", async () => {
  const { connection, socket, owner } = openConnection();
  const order: string[] = [];
  connection.onClose = (error) => order.push(`close ${error.code} ${owner.losses.length}`);
  const outcome = watch(connection.send(["GET", "k"]));
  await turn();
  socket.fail(new ConnectionLostError("CONN_RESET", "reset", { endpoint: "h:1" }));
  connection.destroy(lost);
  connection.close();
  await turn();
  assert.deepEqual(order, ["close CONN_RESET 0"]);
  assert.equal(owner.losses.length, 1);
  assertError(outcome.error, { code: "CONN_RESET", command: "GET", endpoint: "h:1", phase: "reply" });
});

test("an end that nobody explains is CONN_CLOSED", () => {
  const { socket, owner } = openConnection();
  socket.end();
  assertError(owner.losses[0]!.error, { name: "ConnectionLostError", code: "CONN_CLOSED", endpoint: "h:1" });
});

test("the process is kept alive exactly while replies are outstanding", async () => {
  const { connection, socket } = openConnection();
  socket.answer = (args) => args[1] === "slow" ? undefined : echoReply(args);
  await turn();
  assert.equal(socket.isRefd, false, "a connection that is ready and idle");
  const slow = connection.send(["GET", "slow"]);
  await turn();
  assert.equal(socket.isRefd, true);
  socket.feed(bulk("v"));
  await slow;
  await turn();
  assert.equal(socket.isRefd, false);
});

test("callers who send again in the turn of their reply cost no unref", async () => {
  const { connection, socket } = openConnection();
  socket.answer = (args) => echoReply(args);
  await turn();
  let unrefs = 0;
  const unref = socket.unref.bind(socket);
  socket.unref = () => {
    unrefs++;
    unref();
  };
  for (let n = 0; n < 10; n++) await connection.send(["GET", "k"]);
  assert.equal(unrefs, 0);
  await turn();
  assert.equal(unrefs, 1);
});

test("a connection that is retiring still finishes what it took on", async () => {
  const { connection, socket } = openConnection();
  const value = connection.send(["GET", "k"]);
  await turn();
  connection.retire();
  assert.equal(connection.state, "retiring");
  socket.feed(bulk("v"));
  assert.equal(await value, "v");
});

test("commands adopted from a ring keep their order and their start times", async () => {
  const { connection, socket, clock } = openConnection({ commandTimeoutMs: 100 });
  const waiting = new CommandRing({ count: 0, bytes: 0 });
  const outcomes = ["a", "b"].map((key) =>
    watch(new Promise((resolve, reject) => waiting.push(["GET", key], resolve, reject, undefined, 4, 1)))
  );
  waiting.stamp(clock.now());
  await clock.advance(60);
  connection.adopt(waiting);
  outcomes.push(watch(connection.send(["GET", "c"])));
  await turn();
  assert.deepEqual(socket.commands, [["GET", "a"], ["GET", "b"], ["GET", "c"]]);
  await clock.advance(60);
  assert.deepEqual(outcomes.map(({ isSettled }) => isSettled), [true, true, false], "100 ms from the start, not again");
  assertError(outcomes[0]!.error, { code: "COMMAND_TIMEOUT", sent: true });
});

test("72: a reply after its command timed out is dropped, and the next one goes to the next caller", async () => {
  const { connection, socket, clock, owner } = openConnection({ commandTimeoutMs: 100 });
  const late = watch(connection.send(["GET", "a"]));
  await clock.advance(60);
  const next = watch(connection.send(["GET", "b"]));
  await clock.advance(60);
  assertError(late.error, { name: "TimeoutError", code: "COMMAND_TIMEOUT", phase: "reply", maybeExecuted: true });
  assert.equal(owner.timeouts, 1);
  socket.feed(bulk("a") + bulk("b"));
  await turn();
  assert.equal(next.value, "b");
  assert.equal(connection.ring.size, 0);
});

test("bytes are noted as a sign of life, even when they are no whole reply", async () => {
  const { connection, socket, clock } = openConnection();
  watch(connection.send(["GET", "k"]));
  await clock.advance(500);
  const before = clock.now();
  socket.feed("$3\r\nv");
  assert.equal(connection.aliveAt, before);
  await clock.advance(500);
  assert.equal(connection.aliveAt, before);
});

test("a connection is quiet only when nothing is queued, in flight or half read", async () => {
  const { connection, socket } = openConnection();
  assert.equal(connection.isQuiet, true);
  watch(connection.send(["GET", "k"]));
  assert.equal(connection.isQuiet, false);
  await turn();
  socket.feed(bulk("v"));
  assert.equal(connection.isQuiet, true);
  socket.feed(">2\r\n+a");
  assert.equal(connection.isQuiet, false);
});

test("a reply beyond the limits ends the connection", async () => {
  const { connection, socket } = openConnection({
    limits: { ...openConnection().connection.context.limits, bulk: 10 },
  });
  const outcome = watch(connection.send(["GET", "k"]));
  await turn();
  socket.feed("$11\r\n");
  await turn();
  assertError(outcome.error, { name: "ProtocolError", code: "BULK_LIMIT" });
  assert.ok(outcome.error instanceof ProtocolError && outcome.error instanceof RedisError);
});

test("a command that was skipped holds its place only until its turn comes", async () => {
  const { connection, socket } = openConnection();
  const outcomes = [
    watch(connection.send(["GET", "a"])),
    watch(connection.send(["PAIR", "x", "y"], new PairCall(true))),
    watch(connection.send(["GET", "b"])),
    watch(connection.send(["PAIR", "x", "y"], new PairCall(true))),
  ];
  await turn();
  assert.equal(connection.ring.size, 4);
  assert.equal(connection.ring.calls[(connection.ring.head + 1) & connection.ring.mask], skipped);
  socket.feed(bulk("a"), bulk("b"));
  await turn();
  assert.deepEqual([outcomes[0]!.value, outcomes[2]!.value], ["a", "b"]);
  assert.equal(connection.ring.size, 0);
});
