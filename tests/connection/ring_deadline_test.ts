import { test } from "node:test";
import assert from "node:assert/strict";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { type Call, MappedCall, skipped, tombstone } from "../../lib/connection/call.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { RingDeadline } from "../../lib/connection/ring_deadline.ts";
import { RedisError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { assertError, type Outcome, watch } from "../support/oracles.ts";
import { openConnection, turn } from "./open_connection.ts";

/** A ring that is watched with 100 ms for each command. */
class WatchedRing {
  readonly clock = new FakeClock();
  readonly ring = new CommandRing({ count: 0, bytes: 0 });
  readonly deadlines = new Deadlines(this.clock, false);
  readonly deadline: RingDeadline;
  expiries = 0;
  cause: unknown = undefined;

  constructor(timeoutMs = 100) {
    this.deadline = new RingDeadline(this.ring, this.deadlines, timeoutMs, "h:1", () => {
      this.expiries++;
      return this.cause;
    });
  }

  push(call?: Call): Outcome<unknown> {
    const { ring, clock, deadline } = this;
    const outcome = watch(
      new Promise((resolve, reject) => ring.push(["GET", "k"], resolve, reject, call, 4, 1)),
    );
    ring.stamp(clock.now());
    deadline.watch();
    return outcome;
  }
}

/** Deadlines are noticed some milliseconds late at most. */
const slackMs = 16;

test("a command is rejected when its time is up, not before and not much later", async () => {
  const watched = new WatchedRing();
  const { clock, ring } = watched;
  const outcome = watched.push();
  await clock.advance(99);
  assert.equal(outcome.isSettled, false);
  await clock.advance(1 + slackMs);
  assertError(outcome.error, {
    name: "TimeoutError",
    code: "COMMAND_TIMEOUT",
    command: "GET",
    endpoint: "h:1",
    phase: "queue",
    sent: false,
    maybeExecuted: false,
  });
  const { elapsedMs } = outcome.error as RedisError;
  assert.ok(elapsedMs! >= 100 && elapsedMs! <= 100 + slackMs, `${elapsedMs} ms`);
  assert.deepEqual([clock.timers, ring.size], [0, 0]);
});

test("each command has its own time, and the one timer goes from the oldest to the next", async () => {
  const watched = new WatchedRing();
  const outcomes: Outcome<unknown>[] = [];
  for (let n = 0; n < 5; n++) {
    outcomes.push(watched.push());
    assert.ok(watched.clock.timers <= 1);
    await watched.clock.advance(40);
  }
  const settled = () => outcomes.filter(({ isSettled }) => isSettled).length;
  for (let n = 3; n <= 5; n++) {
    await watched.clock.advance(slackMs);
    assert.equal(settled(), n, "pushed 40 ms apart");
    await watched.clock.advance(40 - slackMs);
  }
  assert.equal(watched.deadlines.size, 0);
});

test("a sent command that is late leaves a tombstone, one that was not sent leaves nothing", async () => {
  const watched = new WatchedRing();
  const outcomes = [watched.push(), watched.push()];
  watched.ring.sent = 1;
  await watched.clock.advance(100 + slackMs);
  assertError(outcomes[0]!.error, { sent: true, maybeExecuted: true, phase: "reply" });
  assertError(outcomes[1]!.error, { sent: false, maybeExecuted: false, phase: "queue" });
  assert.equal(watched.ring.calls[watched.ring.head], tombstone);
  watched.ring.shift();
  assert.equal(watched.ring.calls[watched.ring.head], tombstone, "behind a sent one its place stays until then");
  const unsent = new WatchedRing();
  unsent.push();
  unsent.push();
  await unsent.clock.advance(100 + slackMs);
  assert.equal(unsent.ring.size, 0);
});

test("who is asked why is asked once, and his answer is the cause of every error", async () => {
  const watched = new WatchedRing();
  watched.cause = new RedisError("CONNECT_REFUSED", "refused");
  const outcomes = [watched.push(), watched.push()];
  await watched.clock.advance(100 + slackMs);
  assert.equal(watched.expiries, 1);
  for (const { error } of outcomes) assert.equal((error as Error).cause, watched.cause);
});

test("a command with a deadline of its own is left alone", async () => {
  const watched = new WatchedRing();
  const own: Call = { ...tombstone, hasDeadline: true, fail: () => assert.fail("it was failed") };
  const outcomes = [watched.push(own), watched.push(), watched.push(skipped)];
  await watched.clock.advance(500);
  assert.deepEqual(outcomes.map(({ isSettled }) => isSettled), [false, true, false]);
});

test("a call decides itself how it fails", async () => {
  const watched = new WatchedRing();
  const errors: RedisError[] = [];
  class Stubborn extends MappedCall {
    override fail(error: RedisError): Call {
      errors.push(error);
      return skipped;
    }
  }
  watched.push(new Stubborn(undefined));
  watched.ring.sent = 1;
  await watched.clock.advance(100 + slackMs);
  assert.deepEqual(errors.map(({ code }) => code), ["COMMAND_TIMEOUT"]);
  assert.equal(watched.ring.calls[watched.ring.head], skipped);
});

test("no limit is no timer", async () => {
  const watched = new WatchedRing(0);
  const outcome = watched.push();
  assert.equal(watched.clock.timers, 0);
  await watched.clock.advance(1e9);
  assert.equal(outcome.isSettled, false);
});

test("a ring that is no longer watched settles nobody", async () => {
  const watched = new WatchedRing();
  const outcome = watched.push();
  watched.deadline.stop();
  await watched.clock.advance(500);
  assert.equal(outcome.isSettled, false);
  assert.equal(watched.deadlines.size, 0);
});

test("C10: an older command that joins a busy connection is rejected when its own time is up", async () => {
  const { connection, clock } = openConnection({ commandTimeoutMs: 100 });
  const waiting = new CommandRing({ count: 0, bytes: 0 });
  const old = watch(new Promise((resolve, reject) => waiting.push(["GET", "k"], resolve, reject, undefined, 4, 1)));
  waiting.stamp(clock.now());
  await clock.advance(80);
  const young = watch(connection.send(["GET", "k"]));
  await turn();
  connection.adopt(waiting);
  await clock.advance(20 + slackMs);
  assert.deepEqual([old.isSettled, young.isSettled], [true, false]);
  await clock.advance(80);
  assert.equal(young.isSettled, true);
});

/** A clock of a loop that was blocked: its timers fire late, and the sockets are read only after the first of them. */
class BlockedClock extends FakeClock {
  blockedMs = 0;
  io: () => void = () => {};

  override now(): number {
    return super.now() + this.blockedMs;
  }

  override setTimer(fn: () => void, ms: number, ref: boolean): unknown {
    const andIo = () => {
      fn();
      const { io } = this;
      this.io = () => {};
      io();
    };
    return super.setTimer(andIo, ms, ref);
  }
}

test("C14: a reply that is there when the loop was blocked beyond the deadline wins", async () => {
  const clock = new BlockedClock();
  const { connection, socket } = openConnection({ clock, commandTimeoutMs: 100 });
  const outcome = watch(connection.send(["GET", "k"]));
  await turn();
  clock.blockedMs = 3000;
  clock.io = () => socket.feed("+v\r\n");
  await clock.advance(200);
  assert.equal(outcome.value, "v");
});

test("a command whose time is up holds neither its caller's promise nor, unsent, its arguments", async () => {
  const watched = new WatchedRing();
  const { clock, ring } = watched;
  watched.push();
  watched.push();
  ring.sent = 1;
  await clock.advance(100 + slackMs);
  assert.deepEqual([ring.size, ring.calls[0], ring.calls[1]], [2, tombstone, tombstone]);
  assert.deepEqual([...ring.resolve.slice(0, 2), ...ring.reject.slice(0, 2)], Array(4).fill(undefined));
  assert.deepEqual(ring.args.slice(0, 2), [["GET", "k"], []], "a late error reply still tells its command");
});
