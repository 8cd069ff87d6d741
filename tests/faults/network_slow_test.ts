/** Networks that are late, slow or sliced. */
import { test } from "node:test";
import assert from "node:assert/strict";
import process from "node:process";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, valueOf } from "../support/oracles.ts";
import { Settlement } from "../support/oracles_settle.ts";
import { waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { keys, readEcho, setEchoValues } from "./load.ts";
import { onScene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

test(
  "N06: one byte at a time, both ways: everything arrives, to whom it belongs",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      scene.proxy.slice(1, 1);
      const pool = scene.pool({ clientInfo: false });
      await Promise.all(keys.slice(0, 10).map((key) => readEcho(pool, key)));
      const text = "é".repeat(100);
      assert.equal(await pool.set("text", text), "OK");
      assert.equal(await pool.get("text"), text);
    }),
);

test(
  "N06: four times as much in small slices costs about four times as much",
  redis,
  () =>
    onScene({}, async (scene) => {
      const quarter = "0123456789".repeat(256 * 1024);
      const texts: Record<string, string> = { quarter, whole: quarter.repeat(4) };
      for (const [key, text] of Object.entries(texts)) await scene.ask(["SET", key, text]);
      const pool = scene.pool({ commandTimeoutMs: 30_000 });
      await pool.get("whole");
      scene.proxy.slice(8192);
      /** The least CPU of some tries, in milliseconds; the proxy's own part, which is linear, is in it. */
      const cost = async (key: string) => {
        let least = Infinity;
        for (let attempt = 0; attempt < 2; attempt++) {
          const before = process.cpuUsage();
          assert.equal(await pool.get(key), texts[key]);
          const { user, system } = process.cpuUsage(before);
          least = Math.min(least, (user + system) / 1000);
        }
        return least;
      };
      const [less, more] = [await cost("quarter"), await cost("whole")];
      // Quadratic reading would cost sixteen times as much.

      assert.ok(
        more < 8 * less,
        `${Math.round(more)} ms for ten megabytes, ${Math.round(less)} ms for a quarter of it`,
      );
    }),
);

test(
  "N07: a reply that is too slow is late, but its connection is not called dead",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      await scene.ask(["SET", "text", "x".repeat(200_000)]);
      const deadlineMs = lasting(800, 5000);
      const pool = scene.pool({ commandTimeoutMs: deadlineMs, stallTimeoutMs: 200 });
      await pool.ready();
      scene.proxy.bandwidth(20);
      const settlement = new Settlement();
      const error = await errorOf(settlement.follow(pool.get("text"), deadlineMs));
      assertError(error, { code: "COMMAND_TIMEOUT", sent: true, maybeExecuted: true });
      settlement.assertInTime();
      assert.equal(pool.stats().closes, 0, "a connection on which bytes flow was ended");
      await scene.proxy.heal();
      await Promise.all(keys.slice(0, 20).map((key) => readEcho(pool, key)));
      await waitUntil(() => pool.stats().queuedCommands === 0);
      assert.equal(pool.stats().closes, 0);
    }),
);

test("N09: latency that goes up and down by most of itself is no stall", redis, () =>
  onScene({}, async (scene) => {
    await setEchoValues(scene.ask);
    const pool = scene.pool();
    await pool.ready();
    scene.proxy.delay("toServer", 300, 250);
    scene.proxy.delay("toClient", 300, 250);
    const commands = lasting(400, 2000);
    let begun = 0;
    const caller = async () => {
      while (begun < commands) await readEcho(pool, keys[begun++ % keys.length]!);
    };
    await Promise.all(Array.from({ length: 100 }, caller));
    assert.equal(pool.stats().closes, 0, "a connection was taken for dead");
    assert.ok(scene.connector.dials.length <= 3, `${scene.connector.dials.length} dials`);
  }));

test(
  "N14: ten thousand commands at once over a long way take few round trips",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      await pool.ready();
      scene.proxy.delay("toServer", 100);
      scene.proxy.delay("toClient", 100);
      const start = performance.now();
      const values = await Promise.all(Array.from({ length: 10_000 }, (_, i) => pool.get(keys[i % keys.length]!)));
      const elapsedMs = performance.now() - start;
      assert.deepEqual(values, values.map((_, i) => valueOf(keys[i % keys.length]!)));
      assert.ok(elapsedMs >= 200, "the way was not long");
      assert.ok(elapsedMs <= 5 * 200 + 500, `${Math.round(elapsedMs)} ms for ten thousand commands at 200 ms each`);
    }),
);

test("N14: what is in flight over a long way stays within its bound", redis, () =>
  onScene({}, async (scene) => {
    const pool = scene.pool({ shared: { maxQueued: 1000 } });
    await pool.ready();
    scene.proxy.delay("toClient", 100);
    const outcomes = await Promise.allSettled(Array.from({ length: 3000 }, () => pool.incr("n")));
    const refused = outcomes.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
    assert.equal(refused.length, 2000);
    for (const { reason } of refused) assertError(reason, { code: "QUEUE_FULL", sent: false, maybeExecuted: false });
    assert.equal(await scene.ask(["GET", "n"]), "1000");
  }));
