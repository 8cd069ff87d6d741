import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import * as errors from "../lib/errors.ts";

const { RedisError } = errors;

/** One of each class. */
const samples: Record<string, errors.RedisError> = {
  RedisError: new errors.RedisError("X", "m"),
  ArgumentError: new errors.ArgumentError("INVALID_ARG", "m", 2),
  ConnectError: new errors.ConnectError("CONNECT_REFUSED", "m"),
  TlsError: new errors.TlsError("TLS_CA", "m"),
  ConnectionLostError: new errors.ConnectionLostError("CONN_CLOSED", "m"),
  ProtocolError: new errors.ProtocolError("BAD_TYPE", "m", 7, 64),
  DecodeError: new errors.DecodeError("BAD_MAP_KEY", "m"),
  TimeoutError: new errors.TimeoutError("COMMAND_TIMEOUT", "m"),
  AbortError: new errors.AbortError("ABORTED", "m"),
  BackpressureError: new errors.BackpressureError("QUEUE_FULL", "m"),
  PoolError: new errors.PoolError("POOL_CLOSED", "m"),
  LeaseError: new errors.LeaseError("LEASE_RELEASED", "m"),
  CircuitOpenError: new errors.CircuitOpenError(12.3),
  ReplyError: new errors.ReplyError("WRONGTYPE", "m"),
  AuthError: new errors.AuthError("WRONGPASS", "m"),
  ExecAbortError: new errors.ExecAbortError("EXECABORT", "m"),
  BatchError: new errors.BatchError("CONN_CLOSED", "m", [1]),
};

test("every class has a sample here", () => {
  const classes = Object.entries(errors).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assert.deepEqual(classes.sort(), Object.keys(samples).sort());
});

test("names are the classes' own, and do not depend on what a minifier calls them", () => {
  for (const [name, error] of Object.entries(samples)) {
    assert.equal(error.name, name);
    assert.ok(error instanceof RedisError && error instanceof Error);
    assert.match(String(error.stack), new RegExp(`^${name}|Error`));
  }
});

test("what is not said is false: not sent, not executed, not to be repeated", () => {
  const { sent, maybeExecuted, retryable, attempts, cause } = new RedisError("X", "m");
  assert.deepEqual({ sent, maybeExecuted, retryable, attempts, cause }, {
    sent: false,
    maybeExecuted: false,
    retryable: false,
    attempts: 1,
    cause: undefined,
  });
});

test("what was sent may have been executed, unless it is known that it was not", () => {
  assert.equal(new RedisError("X", "m", { sent: true }).maybeExecuted, true);
  assert.equal(new RedisError("X", "m", { sent: true, maybeExecuted: false }).maybeExecuted, false);
});

test("a protocol error is a lost connection, refused credentials are a reply", () => {
  assert.ok(samples.ProtocolError instanceof errors.ConnectionLostError);
  assert.ok(samples.AuthError instanceof errors.ReplyError);
  assert.ok(samples.ExecAbortError instanceof errors.ReplyError);
});

test("the circuit's error says in whole milliseconds when to come back", () => {
  const error = new errors.CircuitOpenError(12.3);
  assert.deepEqual([error.code, error.retryAfterMs], ["CIRCUIT_OPEN", 12.3]);
  assert.match(error.message, /13 ms/);
});

test("JSON holds the fields that are safe to log and nothing that was attached", () => {
  const error = new RedisError("X", "m", { command: "GET", endpoint: "h:1", cause: new Error("canary") });
  (error as unknown as { extra: string }).extra = "canary";
  const json = JSON.stringify(error);
  assert.deepEqual(Object.keys(JSON.parse(json)).sort(), [
    ...["attempts", "code", "command", "endpoint", "maybeExecuted", "message", "name", "retryable", "sent"],
  ]);
  assert.ok(!json.includes("canary"));
});

test("an inspected error shows its code, its verb and its cause", () => {
  const shown = inspect(new RedisError("X", "m", { command: "GET", cause: new RedisError("Y", "why") }));
  for (const part of ["X", "GET", "why"]) assert.ok(shown.includes(part), part);
});
