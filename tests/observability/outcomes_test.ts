import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AbortError,
  ArgumentError,
  AuthError,
  BackpressureError,
  BatchError,
  ConnectError,
  ConnectionLostError,
  DecodeError,
  PoolError,
  ProtocolError,
  ReplyError,
  TimeoutError,
} from "../../lib/errors.ts";
import { Outcomes } from "../../lib/observability/outcomes.ts";

const none = { ok: 0, error: 0, timeout: 0, aborted: 0, lost: 0, refused: 0, invalid: 0 };

function outcomeOf(error: unknown): unknown {
  const outcomes = new Outcomes();
  outcomes.failed(error);
  const [outcome] = Object.entries(outcomes.counts).filter(([, count]) => count === 1);
  return outcome?.[0];
}

test("everything begins at zero", () => {
  const outcomes = new Outcomes();
  assert.deepEqual(outcomes.counts, none);
  assert.deepEqual([outcomes.retries, outcomes.stalls, outcomes.failuresByCode.size], [0, 0, 0]);
});

test("each error counts as one outcome", () => {
  assert.equal(outcomeOf(new ReplyError("WRONGTYPE", "wrong type")), "error");
  assert.equal(outcomeOf(new AuthError("NOAUTH", "who are you", { phase: "reply" })), "error");
  assert.equal(outcomeOf(new AuthError("WRONGPASS", "no", { phase: "handshake" })), "lost");
  assert.equal(outcomeOf(new DecodeError("BAD_MAP_KEY", "a map key")), "error");
  assert.equal(outcomeOf(new TimeoutError("COMMAND_TIMEOUT", "late")), "timeout");
  assert.equal(outcomeOf(new AbortError("ABORTED", "gone")), "aborted");
  assert.equal(outcomeOf(new BackpressureError("QUEUE_FULL", "full")), "refused");
  assert.equal(outcomeOf(new ArgumentError("INVALID_ARG", "bad", 0)), "invalid");
  assert.equal(outcomeOf(new ConnectionLostError("CONN_CLOSED", "lost")), "lost");
  assert.equal(outcomeOf(new ProtocolError("BAD_TYPE", "poison", 0)), "lost");
  assert.equal(outcomeOf(new ConnectError("CONNECT_REFUSED", "refused")), "lost");
  assert.equal(outcomeOf(new PoolError("POOL_CLOSED", "closed")), "lost");
  assert.equal(outcomeOf(new Error("unknown")), "lost");
});

test("a batch counts by what ended it, each of its commands", () => {
  const outcomes = new Outcomes();
  const cause = new TimeoutError("COMMAND_TIMEOUT", "late");
  outcomes.failed(new BatchError("COMMAND_TIMEOUT", "a batch ended", [], { cause }), 3);
  outcomes.failed(new BatchError("COMMAND_TIMEOUT", "a batch ended", [], { cause }), 0);
  assert.deepEqual(outcomes.counts, { ...none, timeout: 3 });
  assert.deepEqual([...outcomes.failuresByCode], [["COMMAND_TIMEOUT", 3]]);
});

test("the counts are those of the moment", () => {
  const outcomes = new Outcomes();
  const before = outcomes.counts;
  outcomes.ok++;
  assert.equal(before.ok, 0);
});
