import assert from "node:assert/strict";
import { test } from "node:test";
import { AbortError, ArgumentError, BackpressureError, PoolError, TimeoutError } from "../../lib/errors.ts";
import { PoolMetrics } from "../../lib/pool/metrics.ts";
import { abortError, checkTimeout, closedError, poolTimeoutError, queueFullError } from "../../lib/pool/refusals.ts";
import { slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { countsOf } from "../../lib/pool/stats.ts";

test("a closed pool says so", () => {
  const error = closedError();
  assert.ok(error instanceof PoolError);
  assert.deepEqual([error.code, error.phase, error.retryable, error.sent], ["POOL_CLOSED", "acquire", false, false]);
});

test("an aborted wait carries the signal's reason and how long it was", () => {
  const reason = new Error("the request is over");
  const error = abortError(AbortSignal.abort(reason), 12);
  assert.ok(error instanceof AbortError);
  assert.deepEqual([error.code, error.phase, error.cause, error.elapsedMs], ["ABORTED", "acquire", reason, 12]);
});

test("a full line says how many wait, and that trying again does no harm", () => {
  const error = queueFullError(250);
  assert.ok(error instanceof BackpressureError);
  assert.match(error.message, /\b250\b/);
  assert.deepEqual([error.code, error.phase, error.retryable], ["POOL_QUEUE_FULL", "acquire", true]);
});

test("Q01: a wait that took too long shows where the connections are", () => {
  const slots = new Slots<unknown>(9, "lifo");
  const counts = { leased: 1, shared: 2, idle: 3 } as const;
  for (const [name, count] of Object.entries(counts)) {
    for (let n = 0; n < count; n++) slots.move(slots.add(), slotStates[name as keyof typeof counts]);
  }
  slots.add();
  const stats = countsOf(slots, new PoolMetrics(), 0, 5, { state: "closed", stateMs: 0 });
  const error = poolTimeoutError(99.6, stats, undefined);
  assert.ok(error instanceof TimeoutError);
  assert.equal(
    error.message,
    "no connection within 100 ms: 7 of 9 open (1 leased, 2 shared, 3 idle, 1 connecting), 5 more waiting",
  );
  assert.deepEqual(
    [error.code, error.phase, error.retryable, error.elapsedMs, error.stats, error.cause],
    ["POOL_TIMEOUT", "acquire", true, 99.6, stats, undefined],
  );
});

test("T06: why connecting fails is the cause, and no word of it is in the message", () => {
  const cause = new Error("s3cret-canary");
  const stats = countsOf(new Slots<unknown>(9, "lifo"), new PoolMetrics(), 0, 5, { state: "open", stateMs: 0 });
  const error = poolTimeoutError(100, stats, cause);
  assert.equal(error.cause, cause);
  assert.match(error.message, /; connecting fails$/);
  assert.doesNotMatch(error.message, /canary/);
});

test("a timeout is a number of milliseconds, and 0 is one", () => {
  for (const good of [0, 0.5, 5000]) checkTimeout(good);
  for (const bad of [-1, NaN, "5", null, {}, true, 5n, -Infinity]) {
    assert.throws(() => checkTimeout(bad), (error) => {
      assert.ok(error instanceof ArgumentError);
      assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", "timeoutMs"]);
      return true;
    });
  }
});
