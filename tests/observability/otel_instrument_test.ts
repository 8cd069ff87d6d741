/** A pool under the real SDKs of OpenTelemetry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { instrument, type InstrumentOptions } from "../../lib/observability/otel_instrument.ts";
import { type MemoryServer, startMemoryServer } from "../../lib/testing/memory_server.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { createPool } from "../../mod.ts";
import { skipWithout } from "../support/tools.ts";
import { waitUntil } from "../support/wait_until.ts";
import { type Collected, type OpenTelemetry, type Point, startOpenTelemetry } from "./opentelemetry.ts";

const skip = skipWithout("opentelemetry");

interface Set {
  readonly pool: RedisPool;
  readonly server: MemoryServer;
  readonly otel: OpenTelemetry;
}

/** Runs a test with a pool of the in-memory server and fresh SDKs. */
async function withPool(options: RedisPoolOptions, act: (set: Set) => Promise<void>): Promise<void> {
  const server = await startMemoryServer();
  const pool = createPool(server.url, { name: "cache", ...options });
  try {
    await act({ pool, server, otel: startOpenTelemetry() });
  } finally {
    await pool.destroy();
    await server.close();
  }
}

/** The value of the point with these attributes among its own. */
function valueOf(metric: Collected | undefined, attributes: Record<string, unknown> = {}): Point["value"] | undefined {
  const wanted = Object.entries({ "db.client.connection.pool.name": "cache", ...attributes });
  return metric?.dataPoints.find((point) => wanted.every(([name, value]) => point.attributes[name] === value))?.value;
}

function histogram(metric: Collected | undefined): Exclude<Point["value"], number> {
  const [point, ...others] = metric?.dataPoints ?? [];
  assert.ok(point !== undefined && typeof point.value === "object" && others.length === 0, metric?.descriptor.name);
  return point.value;
}

/** The table of the conventions: name, unit, whether it is an UpDownCounter. */
const table = [
  ["db.client.connection.count", "{connection}", "sum"],
  ["db.client.connection.idle.max", "{connection}", "sum"],
  ["db.client.connection.idle.min", "{connection}", "sum"],
  ["db.client.connection.max", "{connection}", "sum"],
  ["db.client.connection.pending_requests", "{request}", "sum"],
  ["db.client.connection.timeouts", "{timeout}", "counter"],
  ["db.client.connection.create_time", "s", "histogram"],
  ["db.client.connection.wait_time", "s", "histogram"],
  ["db.client.connection.use_time", "s", "histogram"],
  ["db.client.operation.duration", "s", "histogram"],
] as const;

test("every metric of the conventions is told, with its unit and its kind", { skip }, async () => {
  await withPool({ maxSize: 3, minIdle: 1 }, async ({ pool, otel }) => {
    instrument(pool, { meter: otel.meter, share: 1 });
    await pool.use((lease) => lease.ping());
    await pool.get("k");
    const metrics = await otel.collect();
    for (const [name, unit, kind] of table) {
      const metric = metrics.get(name);
      assert.equal(metric?.descriptor.unit, unit, name);
      if (kind === "histogram") assert.equal(metric.isMonotonic, undefined, name);
      else assert.equal(metric.isMonotonic, kind === "counter", name);
    }
    assert.equal(valueOf(metrics.get("db.client.connection.max")), 3);
    assert.equal(valueOf(metrics.get("db.client.connection.idle.max")), 3);
    assert.equal(valueOf(metrics.get("db.client.connection.idle.min")), 1);
    assert.equal(valueOf(metrics.get("db.client.connection.timeouts")), 0);
  });
});

test("the counts are those of the pool at the moment of the asking", { skip }, async () => {
  await withPool({ maxSize: 2, acquireTimeoutMs: 20 }, async ({ pool, otel }) => {
    instrument(pool, { meter: otel.meter, share: 1 });
    const leases = [await pool.acquire(), await pool.acquire()];
    const waiting = pool.acquire({ timeoutMs: 60_000 });
    const state = (metrics: Map<string, Collected>, word: string) =>
      valueOf(metrics.get("db.client.connection.count"), { "db.client.connection.state": word });
    const busy = await otel.collect();
    assert.deepEqual([state(busy, "used"), state(busy, "idle")], [2, 0]);
    assert.equal(valueOf(busy.get("db.client.connection.pending_requests")), 1);
    await assert.rejects(pool.acquire(), { code: "POOL_TIMEOUT" });
    for (const lease of leases) lease.release();
    (await waiting).release();
    await waitUntil(() => pool.stats().idle === 2);
    const quiet = await otel.collect();
    assert.deepEqual([state(quiet, "used"), state(quiet, "idle")], [0, 2]);
    assert.equal(valueOf(quiet.get("db.client.connection.pending_requests")), 0);
    assert.equal(valueOf(quiet.get("db.client.connection.timeouts")), 1);
    assert.equal(histogram(quiet.get("db.client.connection.wait_time")).count, 4);
    assert.equal(histogram(quiet.get("db.client.connection.use_time")).count, 3);
    const create = histogram(quiet.get("db.client.connection.create_time"));
    assert.equal(create.count, 2);
    assert.ok(create.sum > 0 && create.sum < 60, "in seconds");
    assert.equal(create.buckets.boundaries[0], 0.0001);
  });
});

test("the times of commands say which, where, and why they failed", { skip }, async () => {
  await withPool({}, async ({ pool, server, otel }) => {
    instrument(pool, { meter: otel.meter, share: 1 });
    await pool.set("k", "text");
    await pool.get("k");
    await pool.get("k");
    await assert.rejects(pool.incr("k"));
    const points = (await otel.collect()).get("db.client.operation.duration")?.dataPoints ?? [];
    const of = (operation: string) => points.filter(({ attributes }) => attributes["db.operation.name"] === operation);
    assert.deepEqual(points.length, 3);
    const [get] = of("GET");
    assert.deepEqual(get?.attributes, {
      "db.system.name": "redis",
      "db.namespace": "0",
      "db.operation.name": "GET",
      "server.address": server.host,
      "server.port": server.port,
      "network.peer.address": server.host,
      "network.peer.port": server.port,
    });
    assert.ok(typeof get.value === "object");
    assert.equal(get.value.count, 2);
    assert.deepEqual(get.value.buckets.boundaries, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
    const [incr] = of("INCR");
    assert.equal(incr?.attributes["error.type"], "ERR");
    assert.equal(incr?.attributes["db.response.status_code"], "ERR");
  });
});

test("every command is a span of a client; batches are one each", { skip }, async () => {
  await withPool({}, async ({ pool, server, otel }) => {
    instrument(pool, { tracer: otel.tracer, share: 1 });
    await pool.send(["get", "secret-key"]);
    await pool.hset("secret-key", "secret-field", "secret-value");
    await assert.rejects(pool.incr("secret-key"), { code: "WRONGTYPE" });
    await pool.pipeline().get("a").get("b").exec();
    await pool.pipeline().get("a").incr("b").incr("c").exec();
    await pool.pipeline().get("a").exec();
    await pool.multi().set("a", 1).set("b", 2).exec();
    const spans = otel.spans();
    assert.deepEqual(spans.map(({ name }) => name), [
      "get",
      "HSET",
      "INCR",
      "PIPELINE GET",
      "PIPELINE",
      "GET",
      "MULTI SET",
    ]);
    for (const { name, kind, attributes } of spans) {
      assert.equal(kind, 2, "of a client");
      assert.equal(attributes["db.system.name"], "redis");
      assert.equal(attributes["db.operation.name"], name);
      assert.equal(attributes["db.namespace"], "0");
      assert.equal(attributes["server.address"], server.host);
      assert.equal(attributes["server.port"], server.port);
    }
    const of = (name: string) => spans.find((span) => span.name === name)!;
    assert.equal(of("HSET").attributes["db.query.text"], "HSET ? ? ?");
    assert.equal(of("get").attributes["db.query.text"], "get ?");
    assert.deepEqual(of("HSET").status.code, 0);
    assert.deepEqual(of("INCR").status.code, 2);
    assert.equal(of("INCR").attributes["error.type"], "WRONGTYPE");
    assert.equal(of("INCR").attributes["db.response.status_code"], "WRONGTYPE");
    assert.equal(of("PIPELINE GET").attributes["db.operation.batch.size"], 2);
    assert.equal(of("PIPELINE").attributes["db.operation.batch.size"], 3);
    assert.equal(of("MULTI SET").attributes["db.operation.batch.size"], 2);
    for (const name of ["get", "GET"]) assert.ok(!("db.operation.batch.size" in of(name).attributes));
    assert.doesNotMatch(JSON.stringify(spans.map(({ name, attributes }) => [name, attributes])), /secret/);
  });
});

test("commands of leases and blocking ones have spans, too", { skip }, async () => {
  await withPool({}, async ({ pool, otel }) => {
    instrument(pool, { tracer: otel.tracer, meter: otel.meter, share: 1 });
    await pool.use((lease) => lease.get("k"));
    await pool.rpush("list", "a");
    await pool.blpop("list", 1);
    assert.deepEqual(otel.spans().map(({ name }) => name), ["GET", "RPUSH", "BLPOP"]);
    const metrics = await otel.collect();
    const blocking = { "db.client.connection.pool.name": "cache/blocking" };
    assert.equal(valueOf(metrics.get("db.client.connection.max"), blocking), 10);
  });
});

test("a command that never reached the server has a span that failed", { skip }, async () => {
  await withPool({ commandTimeoutMs: 30 }, async ({ pool, server, otel }) => {
    instrument(pool, { tracer: otel.tracer, share: 1 });
    await server.close();
    await assert.rejects(pool.get("k"), { code: "COMMAND_TIMEOUT" });
    const [span] = otel.spans();
    assert.equal(span?.status.code, 2);
    assert.equal(span.attributes["error.type"], "COMMAND_TIMEOUT");
    assert.ok(!("db.response.status_code" in span.attributes));
  });
});

test("after the end nothing is told any more, and the pool goes on", { skip }, async () => {
  await withPool({}, async ({ pool, otel }) => {
    const stop = instrument(pool, { meter: otel.meter, tracer: otel.tracer, share: 1 });
    await pool.get("k");
    const durations = async () =>
      (await otel.collect()).get("db.client.operation.duration")?.dataPoints.map(({ value }) =>
        typeof value === "object" && value.count
      );
    assert.deepEqual(await durations(), [1]);
    stop();
    stop();
    otel.spans();
    assert.equal(await pool.get("k"), null);
    await pool.use((lease) => lease.ping());
    assert.deepEqual(otel.spans(), []);
    // The SDK repeats what it was told last.
    pool.resize({ maxSize: 77 });
    assert.equal(valueOf((await otel.collect()).get("db.client.connection.max")), 10);
    assert.deepEqual(await durations(), [1]);
  });
});

test("two instruments of one pool each tell all of it", { skip }, async () => {
  await withPool({}, async ({ pool, otel }) => {
    const other = startOpenTelemetry();
    instrument(pool, { tracer: otel.tracer, share: 1 });
    const stop = instrument(pool, { tracer: other.tracer, share: 1 });
    await pool.get("k");
    stop();
    await pool.get("k");
    assert.deepEqual([otel.spans().length, other.spans().length], [2, 1]);
  });
});

test("a tracer and a meter that throw change nothing", async () => {
  const broken = () => {
    throw new Error("out of order");
  };
  const instruments = { record: broken };
  const meter = {
    createHistogram: () => instruments,
    createObservableCounter: () => ({}),
    createObservableUpDownCounter: () => ({}),
    createObservableGauge: () => ({}),
    addBatchObservableCallback: () => {},
    removeBatchObservableCallback: () => {},
  };
  await withPool({}, async ({ pool }) => {
    instrument(pool, { meter, tracer: { startSpan: broken } });
    assert.equal(await pool.set("k", "v"), "OK");
    assert.equal(await pool.use((lease) => lease.get("k")), "v");
  }).catch((error) => assert.fail(error));
});

test("options that are none are refused", async () => {
  const pool = createPool({ host: "localhost" });
  try {
    const wrong: unknown[] = [{ share: -1 }, { share: 1.5 }, { share: "all" }, { meters: {} }];
    for (const options of wrong) {
      assert.throws(() => instrument(pool, options as InstrumentOptions), { code: "INVALID_OPTION" });
    }
    assert.equal(typeof instrument(pool), "function");
  } finally {
    await pool.destroy();
  }
});
