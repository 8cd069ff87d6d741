/** More work than there is room for, and more than one pool in a process. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { RedisPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, valueOf } from "../support/oracles.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { type Child, startChild } from "./child.ts";
import { lasting } from "./lasting.ts";
import { setEchoValues } from "./load.ts";
import { onScene, type Scene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** The lines of a child, one at a time. */
function linesOf(child: Child): () => Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the child ended");
    return value as string;
  };
}

/** Plays Q10 once: sets far more keys than there is room for on a server that is frozen. Returns by how much it grew. */
async function overfill(scene: Scene, count: number, maxQueuedBytes: number): Promise<number> {
  await scene.ask(["FLUSHALL"]);
  const child = startChild("stalled_child.ts", String(scene.server.port), String(count), String(maxQueuedBytes));
  const next = linesOf(child);
  assert.equal(await next(), "ready");
  await scene.ask(["FLUSHALL"]);
  scene.server.kill("SIGSTOP");
  const report = JSON.parse(await next()) as { growthMb: number; accepted: number; refusals: object };
  scene.server.kill("SIGCONT");
  const { growthMb, accepted, refusals } = report;
  const room = Math.floor(maxQueuedBytes / 1010);
  assert.ok(accepted > 0.95 * room && accepted <= room, `${accepted} were accepted; there is room for ${room}`);
  assert.deepEqual(refusals, { QUEUE_BYTES: count - accepted });
  assert.deepEqual(JSON.parse(await next()), { succeeded: accepted });
  assert.equal(await scene.ask(["DBSIZE"]), accepted);
  const last = accepted - 1;
  assert.equal(await scene.ask(["GET", `key:${last}`]), String(last).padEnd(1000, "0"));
  await once(child, "close");
  return growthMb;
}

test(
  "Q10: a frozen server and far more commands than there is room for: memory is bounded, the rest is refused at once",
  redis,
  () =>
    onScene({}, async (scene) => {
      const megabytes = lasting(32, 64);
      const growths: number[] = [];
      // What a process takes for itself meanwhile may spoil a round.
      while (growths.length < 3 && !growths.some((growth) => growth <= megabytes * 1.5 + 20)) {
        growths.push(await overfill(scene, lasting(45_000, 200_000), megabytes * 1024 * 1024));
      }
      assert.ok(growths.at(-1)! <= megabytes * 1.5 + 20, `the process grew by ${growths.join(", ")} MiB`);
    }),
);

/** What 99 callers in closed loops wait at most, except for one call in a hundred, with and without one who is greedy. */
async function p99(pool: RedisPool, pipelined: number, ms: number): Promise<number> {
  const end = performance.now() + ms;
  const waits: number[] = [];
  const small = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      assert.equal(await pool.get("echo:1"), valueOf("echo:1"));
      waits.push(performance.now() - start);
    }
  };
  const greedy = async () => {
    while (pipelined > 0 && performance.now() < end) {
      const pipeline = pool.pipeline();
      for (let n = 0; n < pipelined; n++) pipeline.get("echo:2");
      await pipeline.exec();
    }
  };
  await Promise.all([greedy(), ...Array.from({ length: 99 }, small)]);
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)]!;
}

test(
  "Q11: one caller with large pipelines does not keep the others waiting, over a network of 10 ms",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      await pool.ready();
      scene.proxy.delay("toClient", 10);
      const ratios: number[] = [];
      // A machine that does something else meanwhile may spoil a round, in either direction.
      while (ratios.length < 5 && !ratios.some((ratio) => ratio <= 3)) {
        const alone = await p99(pool, 0, 300);
        ratios.push(await p99(pool, 500, 300) / alone);
      }
      assert.ok(
        ratios.at(-1)! <= 3,
        `the others wait ${ratios.map((ratio) => ratio.toFixed(1)).join(", ")} times as long`,
      );
    }),
);

test("Q14: pools in several threads and processes share no connection", redis, () =>
  onScene({}, async (scene) => {
    const workers = ["a", "b"].map((name) => {
      return new Worker(new URL("thread.ts", import.meta.url), { workerData: { url: scene.server.url, name } });
    });
    // Deno loses a message that nobody listens for yet.
    const results = Promise.all(workers.map((worker) => once(worker, "message")));
    const pool = scene.directPool();
    const own = await Promise.all([1, 2, 3].map(() => pool.use((lease) => lease.send(["CLIENT", "ID"]))));
    const told = (await results).map(([message]) => message as { ids: number[]; isRight: boolean });
    assert.deepEqual(told.map(({ isRight }) => isRight), [true, true]);
    const sets = [own as number[], ...told.map(({ ids }) => ids)].map((ids) => new Set(ids));
    const all = new Set(sets.flatMap((ids) => [...ids]));
    assert.equal(all.size, sets.reduce((sum, { size }) => sum + size, 0), "a connection was used by two");
    await Promise.all(workers.map((worker) => worker.terminate()));
    assert.equal(await pool.ping(), "PONG", "the end of a thread ended somebody else's connection");
  }));

test(
  "Q14: the library loaded twice is two libraries that do not disturb each other",
  redis,
  () =>
    onScene({}, async (scene) => {
      const second = await import(
        new URL("../../mod.ts?second", import.meta.url).href
      ) as typeof import("../../mod.ts");
      const pool = scene.directPool();
      const other = second.createPool(scene.server.url);
      try {
        assert.equal(await pool.set("k", "v"), "OK");
        const calls = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? pool : other).get("k"));
        assert.deepEqual(await Promise.all(calls), Array(200).fill("v"));
        for (const one of [pool, other]) {
          assertError(await errorOf(one.incr("k")), { name: "ReplyError", code: "ERR", maybeExecuted: false });
        }
      } finally {
        await other.close();
      }
      assert.equal(await pool.get("k"), "v");
    }),
);

test(
  "C13: a holder who gives up in the midst of a large reply: the rest is not read, and nobody gets the connection",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const size = 20_000_000;
      await scene.ask(["SETRANGE", "large", String(size - 1), "x"]);
      const pool = scene.pool({ maxSize: 1 });
      const lease = await pool.acquire();
      const before = scene.proxy.stats.toClient;
      scene.proxy.bandwidth(10_000);
      const controller = new AbortController();
      const given = errorOf(lease.with({ signal: controller.signal }).get("large"));
      await waitUntil(() => scene.proxy.stats.toClient - before > 500_000);
      controller.abort();
      assertError(await given, { name: "AbortError", sent: true, maybeExecuted: true });
      lease.release();
      await waitUntil(() => pool.stats().closes === 1);
      await scene.proxy.heal();
      assert.equal(await pool.use((next) => next.get("echo:1")), valueOf("echo:1"));
      const read = scene.proxy.stats.toClient - before;
      assert.ok(read < size / 2, `${read} bytes of it were read`);
    }),
);

test(
  "S23: a process that sleeps between its calls for longer than its connections live goes on as if nothing had been",
  redis,
  () =>
    onScene({}, async (scene) => {
      await scene.ask(["SET", "k", "v"]);
      const child = startChild("suspended_child.ts", String(scene.server.port), "300");
      const next = linesOf(child);
      assert.equal(await next(), "ready");
      assert.equal(await next(), "resting");
      await pause(20);
      process.kill(child.pid!, "SIGSTOP");
      // A proof of life counts for a second, and what is too old is marked within a quarter of another.
      await pause(lasting(1500, 8000));
      await scene.ask(["CLIENT", "KILL", "TYPE", "normal"]);
      process.kill(child.pid!, "SIGCONT");
      const { errors, calls } = JSON.parse(await next()) as { errors: string[]; calls: number };
      assert.deepEqual(errors, []);
      assert.ok(calls > 5, `${calls} calls`);
      await once(child, "close");
    }),
);
