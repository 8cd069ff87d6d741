import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { HeldCommands } from "../../lib/client/held_commands.ts";
import { tombstone } from "../../lib/connection/call.ts";
import { PoolError, TimeoutError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { openConnection, turn } from "../connection/open_connection.ts";

function held(cause: unknown = undefined) {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const load = { count: 0, bytes: 0 };
  const context = { clock, deadlines, commandTimeoutMs: 1000, endpoint: "h:1" };
  const commands = new HeldCommands(load, context, deadlines, () => cause);
  const push = (...args: string[]) => {
    const promise = new Promise((resolve, reject) => commands.push(args, resolve, reject, undefined, 1, 1));
    promise.catch(() => {});
    return promise;
  };
  return { clock, commands, load, push };
}

test("commands wait in order and leave in order", async () => {
  const { commands, load, push } = held();
  const replies = Promise.all([push("GET", "a"), push("GET", "b")]);
  const { connection, socket } = openConnection();
  commands.giveTo(connection);
  await turn();
  assert.deepEqual(socket.commands, [["GET", "a"], ["GET", "b"]]);
  assert.deepEqual([commands.size, load.count], [0, 0]);
  socket.feed("$1\r\n1\r\n$1\r\n2\r\n");
  assert.deepEqual(await replies, ["1", "2"]);
});

test("their deadline goes on, and says why they could not be sent", async () => {
  const refusal = new Error("refused");
  const { clock, commands, load, push } = held(refusal);
  const first = push("SET", "a", "1");
  await clock.advance(500);
  const second = push("GET", "b");
  await clock.advance(520);
  await assert.rejects(first, (error: unknown) => {
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.code, error.command, error.sent, error.phase], ["COMMAND_TIMEOUT", "SET", false, "queue"]);
    assert.equal(error.cause, refusal);
    return true;
  });
  assert.equal(commands.size, 1);
  assert.equal(load.count, 1);
  await clock.advance(520);
  await assert.rejects(second, TimeoutError);
  assert.equal(commands.size, 0);
});

test("only while there are commands does a timer hold the process", async () => {
  const { clock, commands, push } = held();
  assert.equal(clock.refTimers, 0);
  push("GET", "a");
  await clock.settle();
  assert.equal(clock.refTimers, 1);
  commands.rejectAll(new PoolError("POOL_CLOSED", "closed"));
  await clock.advance(250);
  assert.equal(clock.refTimers, 0);
});

test("those whose callers have gone make room at the head, and only there", () => {
  const { commands, load, push } = held();
  for (const key of ["a", "b", "c"]) push("GET", key);
  commands.ring.calls[0] = tombstone;
  commands.ring.calls[2] = tombstone;
  commands.forgetSettled();
  assert.deepEqual([commands.size, load.count], [2, 2]);
});

test("all are rejected together", async () => {
  const { commands, push } = held();
  const all = [push("GET", "a"), push("GET", "b")];
  commands.rejectAll(new PoolError("POOL_CLOSED", "closed"));
  for (const promise of all) await assert.rejects(promise, { code: "POOL_CLOSED" });
  assert.equal(commands.size, 0);
});
