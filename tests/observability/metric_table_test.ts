import assert from "node:assert/strict";
import { test } from "node:test";
import {
  commandCounts,
  commandTime,
  operationBounds,
  poolCounts,
  poolTimes,
  timeBounds,
} from "../../lib/observability/metric_table.ts";
import type { RedisPoolStats } from "../../lib/observability/stats.ts";
import { durations, numbers } from "./pool_numbers.ts";

const counts = [...poolCounts, ...commandCounts];
const times = [...Object.values(poolTimes), commandTime];

/** The samples of a metric, each as its labels' values and its number. */
function read(name: string, stats: RedisPoolStats): Record<string, number> {
  const metric = counts.find((one) => one.name === name);
  assert.ok(metric, name);
  const samples = metric.read(stats).map(([value, labels = {}]) => [Object.values(labels).join(), value]);
  return Object.fromEntries(samples);
}

test("the metrics of the conventions for connection pools are all there, as counters that can be added up", () => {
  const kinds = counts.filter(({ name }) => name.startsWith("db.")).map(({ name, kind, unit }) => [name, kind, unit]);
  assert.deepEqual(kinds, [
    ["db.client.connection.count", "upDownCounter", "{connection}"],
    ["db.client.connection.idle.max", "upDownCounter", "{connection}"],
    ["db.client.connection.idle.min", "upDownCounter", "{connection}"],
    ["db.client.connection.max", "upDownCounter", "{connection}"],
    ["db.client.connection.pending_requests", "upDownCounter", "{request}"],
    ["db.client.connection.timeouts", "counter", "{timeout}"],
  ]);
  assert.deepEqual(times.map(({ name }) => name), [
    "db.client.connection.create_time",
    "db.client.connection.wait_time",
    "db.client.connection.use_time",
    "db.client.operation.duration",
  ]);
});

test("no two metrics have a name in common, and each is described by a sentence", () => {
  const all = [...counts, ...times];
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, description } of all) {
    assert.match(name, /^(?:db\.client|redis\.client|respool)\.[a-z_.]+$/);
    assert.match(description, /^[A-Z0-9].*\.$/);
  }
});

test("a connection is idle, used, or neither", () => {
  const stats = numbers({ idle: 3, leased: 5, shared: 2, validating: 1, resetting: 1, connecting: 4, closing: 2 });
  assert.deepEqual(read("db.client.connection.count", stats), { idle: 3, used: 9 });
  assert.deepEqual(read("respool.connections", stats), {
    connecting: 4,
    validating: 1,
    idle: 3,
    leased: 5,
    shared: 2,
    resetting: 1,
    closing: 2,
  });
});

test("limits, waiters and outcomes are read from the numbers", () => {
  const stats = numbers({
    ...{ maxSize: 20, minIdle: 4, waiting: 7, acquiredAtOnce: 100, acquiredAfterWait: 10 },
    ...{ timedOut: 2, cancelled: 1, refused: 3, handOvers: 9, leaks: 2, unleaked: 1 },
  });
  assert.deepEqual(read("db.client.connection.max", stats), { "": 20 });
  assert.deepEqual(read("db.client.connection.idle.max", stats), { "": 20 });
  assert.deepEqual(read("db.client.connection.idle.min", stats), { "": 4 });
  assert.deepEqual(read("db.client.connection.pending_requests", stats), { "": 7 });
  assert.deepEqual(read("db.client.connection.timeouts", stats), { "": 2 });
  assert.deepEqual(read("respool.acquires", stats), {
    at_once: 100,
    after_wait: 10,
    timed_out: 2,
    cancelled: 1,
    refused: 3,
  });
  assert.deepEqual(read("respool.hand_overs", stats), { "": 9 });
  assert.deepEqual(read("respool.leaks", stats), { "": 2 });
  assert.deepEqual(read("respool.leaks.returned", stats), { "": 1 });
});

test("reasons to close go by the names of other clients where they have one", () => {
  const closesByReason = { idle: 1, closed: 2, validation: 3, CONN_CLOSED: 4, lifetime: 5, CONN_RESET: 6 };
  assert.deepEqual(read("redis.client.connection.closed", numbers({ closesByReason })), {
    pool_eviction_idle: 1,
    application_close: 2,
    healthcheck_failed: 3,
    server_close: 4,
    lifetime: 5,
    CONN_RESET: 6,
  });
});

test("exactly one state of the circuit is 1", () => {
  const stats = numbers({ circuit: "half_open", circuitForMs: 1500 });
  assert.deepEqual(read("respool.circuit.state", stats), { closed: 0, open: 0, half_open: 1 });
  assert.deepEqual(read("respool.circuit.age", stats), { "": 1.5 });
});

test("failures are told by their codes", () => {
  const stats = numbers({ connectFailuresByCode: { CONNECT_REFUSED: 3 }, commandFailuresByCode: { WRONGTYPE: 2 } });
  assert.deepEqual(read("respool.connect_failures", stats), { CONNECT_REFUSED: 3 });
  assert.deepEqual(read("redis.client.errors", stats), { WRONGTYPE: 2 });
});

test("a command is queued, or in flight, or over", () => {
  const commands = { ok: 10, error: 1, timeout: 2, aborted: 3, lost: 4, refused: 5, invalid: 6 };
  const stats = numbers({
    ...{ queuedCommands: 12, inFlight: 9, tombstones: 2, queuedBytes: 640, retries: 3, stalls: 1 },
    commands,
  });
  assert.deepEqual(read("respool.queued", stats), { "": 3 });
  assert.deepEqual(read("respool.in_flight", stats), { "": 9 });
  assert.deepEqual(read("respool.tombstones", stats), { "": 2 });
  assert.deepEqual(read("respool.arguments", stats), { "": 640 });
  assert.deepEqual(read("respool.retries", stats), { "": 3 });
  assert.deepEqual(read("respool.stalls", stats), { "": 1 });
  assert.deepEqual(read("respool.commands", stats), commands);
});

test("those who did not wait count among the times of waiting", () => {
  const stats = numbers({ acquiredAtOnce: 40, wait: durations(5, 7), connect: durations(2), use: durations(1) });
  assert.equal(poolTimes.wait.read(stats).count, 2);
  assert.equal(poolTimes.wait.readInstant?.(stats), 40);
  assert.equal(poolTimes.create.read(stats).count, 1);
  assert.equal(poolTimes.use.read(stats).maxMs, 1);
  assert.equal(commandTime.read(numbers({ command: durations(3) })).maxMs, 3);
});

test("bounds grow, and hold those of the conventions", () => {
  assert.deepEqual(operationBounds, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
  assert.deepEqual(timeBounds, [...timeBounds].sort((a, b) => a - b));
  for (const bound of operationBounds) assert.ok(timeBounds.includes(bound));
});
