import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectError } from "../../lib/errors.ts";
import type { CommandTrace } from "../../lib/observability/trace.ts";
import { recordingChannels, stagesOf } from "../observability/channels.ts";
import { bulk, echoReply, errorOf, valueOf, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers, type Play } from "./faulty_pool.ts";

/** A pool whose commands are written down as they end. */
function watchedPool(play: Play = (args) => echoReply(args)) {
  const traces: CommandTrace[] = [];
  const parts = faultyPool({ observer: { commandEnd: (trace) => traces.push(trace) } }, play);
  return { ...parts, traces, told: () => traces.splice(0).map(({ lane, operation }) => `${lane} ${operation}`) };
}

test("each command is told once, with who carries it", async () => {
  const { pool, told, end } = watchedPool((args) =>
    args[0] === "BLPOP" ? "*2\r\n$1\r\nq\r\n$1\r\nv\r\n" : echoReply(args)
  );
  assert.equal(await pool.get("a"), valueOf("a"));
  await pool.send(["get", "a"]);
  await pool.with({ timeoutMs: 50 }).get("a");
  await pool.blpop("q", 1);
  await pool.pipeline().get("a").get("b").exec();
  assert.deepEqual(told(), ["shared GET", "shared get", "shared GET", "blocking BLPOP", "shared PIPELINE GET"]);
  const lease = await pool.acquire();
  await lease.get("a");
  await lease.send(["SELECT", "1"]);
  await lease.with({ timeoutMs: 50 }).get("a");
  await lease.pipeline().get("a").ping().exec();
  assert.deepEqual(told(), ["lease GET", "lease SELECT", "lease GET", "lease PIPELINE"]);
  lease.release();
  await end();
});

test("a transaction is one command", async () => {
  const replies = (args: string[]) => {
    if (args[0] === "EXEC") return `*1\r\n${bulk("v")}`;
    return args[0] === "GET" ? "+QUEUED\r\n" : echoReply(args);
  };
  const { pool, traces, end } = watchedPool(replies);
  assert.deepEqual(await pool.multi().get("k").exec(), ["v"]);
  assert.deepEqual(traces.map(({ operation, batchMode, batchSize }) => [operation, batchMode, batchSize]), [
    ["MULTI GET", "MULTI", 1],
  ]);
  await end();
});

test("what is refused before it is queued is told as far as it is a command", async () => {
  const { pool, traces, end } = watchedPool();
  assert.equal((await errorOf(pool.send(["GET"], { signal: AbortSignal.abort() }))).code, "ABORTED");
  assert.equal((await errorOf(pool.send("GET" as never))).code, "INVALID_ARG");
  const lease = await pool.acquire();
  assert.equal((await errorOf(lease.send("GET" as never))).code, "INVALID_ARG");
  lease.release();
  assert.deepEqual(traces.map(({ error }) => (error as { code: string }).code), ["ABORTED"]);
  await end();
});

test("T06: no argument, reply or password is in what observers and tracers are told", async () => {
  const { channels, told } = recordingChannels();
  const traces: unknown[] = [];
  const observer = {
    commandStart: (trace: unknown) => traces.push(trace),
    commandEnd: (trace: unknown) => traces.push(trace),
  };
  const play = (args: string[]) =>
    args[0] === "GET" ? "-ERR no\r\n" : args[0] === "ECHO" ? "+c4n4ry\r\n" : echoReply(args);
  const options = { observer, username: "c4n4ry", password: "c4n4ry" };
  const { pool, end } = faultyPool(options, play, { tracingChannels: () => channels });
  await pool.set("c4n4ry", "c4n4ry");
  await pool.echo("c4n4ry");
  await errorOf(pool.get("c4n4ry"));
  await pool.pipeline().set("c4n4ry", "c4n4ry").echo("c4n4ry").exec();
  await pool.use((lease) => lease.send(["AUTH", "c4n4ry"]));
  assert.ok(told.length >= 20 && traces.length === 10);
  for (const { trace } of told) traces.push(trace);
  for (const trace of traces) {
    const { error } = trace as { error: unknown };
    assert.doesNotMatch(JSON.stringify(trace) + String(error), /c4n4ry/);
  }
  await end();
});

test("connects and acquires are told on their channels, with how they ended", async () => {
  const { channels, told } = recordingChannels();
  const { pool, network, advance, end } = faultyPool({ name: "mine", db: 3 }, undefined, {
    tracingChannels: () => channels,
  });
  (await pool.acquire()).release();
  await pool.use((lease) => lease.ping());
  assert.deepEqual(stagesOf(told, "connect"), ["start", "end", "asyncStart", "asyncEnd"]);
  assert.equal(stagesOf(told, "acquire").length, 8);
  const place = { pool: "mine", database: 3, serverAddress: "h", serverPort: 1 };
  assert.deepEqual({ ...told[0]!.trace }, { ...place, elapsedMs: 0, error: undefined });
  told.length = 0;
  network.refusal = new ConnectError("CONNECT_REFUSED", "h:1 refused", { endpoint: "h:1" });
  pool.invalidate("moved");
  const outcome = watch(pool.acquire({ timeoutMs: 50 }));
  await advance(60);
  assert.equal((outcome.error as { code: string }).code, "POOL_TIMEOUT");
  assert.deepEqual(stagesOf(told, "acquire"), ["start", "end", "error", "asyncStart", "asyncEnd"]);
  const failure = told.find(({ name, stage }) => name === "connect" && stage === "error");
  assert.equal(failure?.trace["error"], network.refusal);
  await end();
});

test("a Unix socket is told by its path", async () => {
  const { channels, told } = recordingChannels();
  const { pool, end } = faultyPool({ host: undefined, port: undefined, path: "/run/redis" } as never, undefined, {
    tracingChannels: () => channels,
  });
  await pool.ping();
  assert.deepEqual([told[0]!.trace["serverAddress"], told[0]!.trace["serverPort"]], ["/run/redis", undefined]);
  assert.deepEqual(pool.target, {
    pool: "/run/redis/0",
    database: 0,
    serverAddress: "/run/redis",
    serverPort: undefined,
  });
  await end();
});

test("an observer that comes later hears of what comes later, until he goes", async () => {
  const { pool, end } = faultyPool();
  await pool.get("a");
  const heard: string[] = [];
  const stop = pool.observe({ commandStart: ({ command }) => heard.push(command), acquire: () => heard.push("lease") });
  await pool.get("a");
  (await pool.acquire()).release();
  stop();
  await pool.get("a");
  (await pool.acquire()).release();
  assert.deepEqual(heard, ["GET", "lease"]);
  await end();
});

test("a tracer that comes while a pool is busy is heeded within 64 commands, and at once in a quiet one", async () => {
  const { channels, told } = recordingChannels();
  let isHeard = false;
  for (const { start, end, asyncStart, asyncEnd, error } of Object.values(channels)) {
    for (const channel of [start, end, asyncStart, asyncEnd, error]) {
      Object.defineProperty(channel, "hasSubscribers", { get: () => isHeard });
    }
  }
  const held = new HeldAnswers();
  const { pool, settle, end } = faultyPool({}, held.play, { tracingChannels: () => channels });
  const calls = [watch(pool.get("a"))];
  isHeard = true;
  while (told.length === 0 && calls.length < 100) calls.push(watch(pool.get("a")));
  assert.ok(calls.length <= 66, `${calls.length} commands passed`);
  const before = told.length;
  calls.push(watch(pool.get("a")));
  assert.ok(told.length > before, "from then on each is told");
  isHeard = false;
  await settle();
  held.release();
  await settle();
  assert.ok(calls.every(({ isSettled }) => isSettled));
  told.length = 0;
  const quiet = watch(pool.get("a"));
  assert.deepEqual(told, []);
  await settle();
  held.release();
  await settle();
  isHeard = true;
  const last = watch(pool.get("a"));
  assert.equal(told.length, 2);
  await settle();
  held.release();
  await settle();
  assert.ok(quiet.isSettled && last.isSettled);
  await end();
});
