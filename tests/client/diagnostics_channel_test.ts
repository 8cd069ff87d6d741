/** Tracers as they listen in a program: by `node:diagnostics_channel`, which Deno, Bun and Node have. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import process from "node:process";
import { test } from "node:test";
import { createPool, type RedisPoolOptions } from "../../mod.ts";
import type { CommandTrace } from "../../lib/observability/trace.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { echoReply, errorOf, valueOf } from "../support/oracles.ts";

// Node has it since 20.16.
const skip = process.getBuiltinModule === undefined && "the runtime does not give its modules out";

function poolOf(options: RedisPoolOptions = {}) {
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => args[0] === "INCR" ? "-WRONGTYPE no\r\n" : echoReply(args);
  };
  const connector = options.connector ?? network.connect;
  return { network, pool: createPool({ host: "h", port: 1, clock: new FakeClock(), ...options, connector }) };
}

/** Listens to a channel of the library while `body` runs. */
async function heardOf(name: string, body: () => Promise<void>): Promise<[string, Record<string, unknown>][]> {
  const heard: [string, Record<string, unknown>][] = [];
  const note = (stage: string) => (trace: object) => void heard.push([stage, { ...trace }]);
  const subscribers = {
    start: note("start"),
    end: note("end"),
    asyncStart: note("asyncStart"),
    asyncEnd: note("asyncEnd"),
    error: note("error"),
  };
  const channel = tracingChannel<unknown, object>(`respool:${name}`);
  channel.subscribe(subscribers);
  try {
    await body();
  } finally {
    channel.unsubscribe(subscribers);
  }
  return heard;
}

const place = { pool: "h:1/0", database: 0, serverAddress: "h", serverPort: 1 };

test("a command is told at its start and its end", { skip }, async () => {
  const { pool } = poolOf();
  const heard = await heardOf("command", async () => {
    assert.equal(await pool.get("k"), valueOf("k"));
  });
  await pool.get("k");
  await pool.destroy();
  assert.deepEqual(heard.map(([stage]) => stage), ["start", "end", "asyncStart", "asyncEnd"]);
  const words = { command: "GET", operation: "GET", args: ["GET", "?"], lane: "shared" };
  const batch = { batchMode: undefined, batchSize: undefined, procedure: undefined };
  assert.deepEqual(heard[0]![1], { ...place, ...words, ...batch, elapsedMs: undefined, error: undefined });
  assert.deepEqual(heard[3]![1], { ...heard[0]![1], elapsedMs: 0 });
});

test("a command that fails is told with its error", { skip }, async () => {
  const { pool } = poolOf();
  let error: unknown;
  const heard = await heardOf("command", async () => {
    error = await errorOf<unknown>(pool.incr("k"));
  });
  await pool.destroy();
  assert.deepEqual(heard.map(([stage]) => stage), ["start", "end", "error", "asyncStart", "asyncEnd"]);
  assert.equal(heard[2]![1]["error"], error);
});

test("batches, connects and acquires have channels of their own", { skip }, async () => {
  const { pool } = poolOf();
  const connects = await heardOf("connect", () => pool.ready());
  assert.deepEqual(connects.map(([stage]) => stage), ["start", "end", "asyncStart", "asyncEnd"]);
  assert.deepEqual(connects[3]![1], { ...place, elapsedMs: 0, error: undefined });
  const acquires = await heardOf("acquire", async () => (await pool.acquire()).release());
  assert.deepEqual(acquires.map(([stage]) => stage), ["start", "end", "asyncStart", "asyncEnd"]);
  const batches = await heardOf("batch", async () => void await pool.pipeline().get("a").get("b").exec());
  const { operation, batchSize } = batches[0]![1] as unknown as CommandTrace;
  assert.deepEqual([batches.length, operation, batchSize], [4, "PIPELINE GET", 2]);
  await pool.destroy();
});

test("what a tracer binds to the start is there while the operation runs", { skip }, async () => {
  const store = new AsyncLocalStorage<unknown>();
  const { start } = tracingChannel<unknown, object>("respool:connect");
  let found: unknown;
  const network = new FaultyConnector();
  network.onSocket = (socket) => socket.answer = (args) => echoReply(args);
  const { pool } = poolOf({
    connector: (...args) => {
      found = store.getStore();
      return network.connect(...args);
    },
  });
  start.bindStore(store, (trace) => ({ boundTo: trace }));
  try {
    await pool.ready();
  } finally {
    start.unbindStore(store);
  }
  await pool.destroy();
  const { boundTo } = found as { boundTo: Record<string, unknown> };
  assert.equal(boundTo["serverAddress"], "h");
});
