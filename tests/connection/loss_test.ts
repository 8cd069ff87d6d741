import { test } from "node:test";
import assert from "node:assert/strict";
import { type Call, skipped, tombstone } from "../../lib/connection/call.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { rejectAll, rejectHead, toLoss } from "../../lib/connection/loss.ts";
import { AuthError, ConnectionLostError, PoolError, ProtocolError, type RedisError } from "../../lib/errors.ts";
import { assertError, type Outcome, watch } from "../support/oracles.ts";

const closed = new ConnectionLostError("CONN_CLOSED", "h:1 closed the connection", { endpoint: "h:1" });
const garbage = new ProtocolError("BAD_TYPE", "no such type", 3, 64, { endpoint: "h:1" });

function ringOf(verbs: string[], sent: number, call?: Call): { ring: CommandRing; outcomes: Outcome<unknown>[] } {
  const ring = new CommandRing({ count: 0, bytes: 0 });
  const outcomes = verbs.map((verb) =>
    watch(new Promise((resolve, reject) => ring.push([verb, "k"], resolve, reject, call, 1, 1)))
  );
  ring.sent = sent;
  return { ring, outcomes };
}

test("each command is told by its own name whether it was sent", async () => {
  const { ring, outcomes } = ringOf(["INCR", "GET", "SET"], 2);
  rejectAll(ring, closed);
  await undefined;
  for (const [n, command] of ["INCR", "GET", "SET"].entries()) {
    const sent = n < 2;
    assertError(outcomes[n]!.error, {
      name: "ConnectionLostError",
      code: "CONN_CLOSED",
      command,
      endpoint: "h:1",
      phase: sent ? "reply" : "queue",
      sent,
      maybeExecuted: sent,
      cause: closed,
    });
  }
  assert.deepEqual(ring.load, { count: 0, bytes: 0 });
});

test("G01: the command whose reply was at fault gets that very error, the others that the connection was poisoned", async () => {
  const { ring, outcomes } = ringOf(["GET", "INCR", "SET"], 2);
  rejectAll(ring, garbage);
  await undefined;
  assert.equal(outcomes[0]!.error, garbage);
  assert.equal(garbage.command, "GET");
  assertError(outcomes[1]!.error, { code: "CONN_POISONED", command: "INCR", sent: true, cause: garbage });
  assertError(outcomes[2]!.error, { code: "CONN_POISONED", command: "SET", sent: false, maybeExecuted: false });
});

test("G20: garbage that nobody's reply can be is nobody's fault", async () => {
  const unsolicited = new ProtocolError("UNSOLICITED_REPLY", "not asked for", 0);
  const { ring, outcomes } = ringOf(["GET"], 0);
  rejectAll(ring, unsolicited);
  await undefined;
  assertError(outcomes[0]!.error, { code: "CONN_POISONED", sent: false, cause: unsolicited });
});

test("what is true of every command alike is said as it is", () => {
  const wrongPeer = new ProtocolError("WRONG_PEER", "HTTP", 0, undefined, { phase: "handshake" });
  for (const error of [new PoolError("POOL_CLOSED", "closed"), new AuthError("WRONGPASS", "no"), wrongPeer]) {
    assert.equal(toLoss(error, ["GET", "k"], false), error);
  }
});

test("a call decides itself how it fails; who has gone is not told again", () => {
  const errors: RedisError[] = [];
  const call: Call = {
    ...tombstone,
    fail(error) {
      errors.push(error);
      return tombstone;
    },
  };
  rejectAll(ringOf(["GET", "SET"], 1, call).ring, closed);
  assert.deepEqual(errors.map(({ command, sent }) => [command, sent]), [["GET", true], ["SET", false]]);
  for (const gone of [tombstone, skipped]) {
    const { ring, outcomes } = ringOf(["GET"], 1, gone);
    rejectHead(ring, closed);
    assert.equal(ring.size, 0);
    assert.equal(outcomes[0]!.isSettled, false);
  }
});

test("a command's arguments are in no error", async () => {
  const { ring, outcomes } = ringOf(["SET"], 1);
  ring.args[ring.head] = ["SET", "canary-key", "canary-value"];
  rejectAll(ring, closed);
  await undefined;
  const { error } = outcomes[0]!;
  assert.doesNotMatch(`${(error as Error).message} ${JSON.stringify(error)} ${(error as Error).stack}`, /canary/);
});
