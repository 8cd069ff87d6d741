import { test } from "node:test";
import assert from "node:assert/strict";
import { watch } from "../support/oracles.ts";
import { openConnection, turn } from "./open_connection.ts";

/** Silence is noticed some milliseconds late at most. */
const slackMs = 16;

test("a connection that owes replies and says nothing is reported, and again each time as much has passed", async () => {
  const { connection, clock, owner } = openConnection({ stallTimeoutMs: 1000, commandTimeoutMs: 0 });
  watch(connection.send(["GET", "k"]));
  await clock.advance(999);
  assert.equal(owner.stalls, 0);
  await clock.advance(1 + slackMs);
  assert.equal(owner.stalls, 1);
  await clock.advance(1000 + slackMs);
  assert.equal(owner.stalls, 2);
});

test("any byte is a sign of life", async () => {
  const { connection, clock, owner, socket } = openConnection({ stallTimeoutMs: 1000, commandTimeoutMs: 0 });
  watch(connection.send(["GET", "k"]));
  await turn();
  socket.feed("$100\r\n");
  for (let n = 0; n < 5; n++) {
    await clock.advance(900);
    socket.feed("x");
  }
  assert.equal(owner.stalls, 0);
  await clock.advance(1000 + slackMs);
  assert.equal(owner.stalls, 1);
});

test("a connection that owes nothing may be silent", async () => {
  const { connection, clock, owner, socket } = openConnection({ stallTimeoutMs: 1000 });
  await clock.advance(5000);
  const outcome = watch(connection.send(["GET", "k"]));
  await clock.advance(500);
  socket.feed("+v\r\n");
  await clock.advance(60_000);
  assert.equal(outcome.value, "v");
  assert.equal(owner.stalls, 0);
  assert.equal(clock.timers, 0);
});

test("the silence of a command begins when it was sent, however long the connection was quiet before", async () => {
  const { connection, clock, owner } = openConnection({ stallTimeoutMs: 1000, commandTimeoutMs: 0 });
  await clock.advance(60_000);
  watch(connection.send(["GET", "k"]));
  await clock.advance(900);
  assert.equal(owner.stalls, 0);
  await clock.advance(100 + slackMs);
  assert.equal(owner.stalls, 1);
});

test("0 is never", async () => {
  const { connection, clock, owner } = openConnection({ stallTimeoutMs: 0, commandTimeoutMs: 0 });
  watch(connection.send(["GET", "k"]));
  await clock.advance(1e6);
  assert.equal(owner.stalls, 0);
  assert.equal(clock.timers, 0);
});

test("a connection that has ended is not watched", async () => {
  const { connection, clock, owner, socket } = openConnection({ stallTimeoutMs: 1000, commandTimeoutMs: 0 });
  watch(connection.send(["GET", "k"]));
  await turn();
  socket.end();
  await clock.advance(5000);
  assert.equal(owner.stalls, 0);
  assert.equal(clock.timers, 0);
});
