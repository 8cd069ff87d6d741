/** Connections that are cut, and networks that come and go. */
import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, valueOf } from "../support/oracles.ts";
import { Ledger } from "../support/oracles_ledger.ts";
import { Settlement } from "../support/oracles_settle.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { ClosedLoops, setEchoValues } from "./load.ts";
import { onScene, type Scene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** The ways to end a connection. */
const cuts = {
  "a reset": ({ proxy }: Scene) => proxy.reset(),
  "an orderly end": ({ proxy }: Scene) => proxy.fin(),
  "a half-close": ({ proxy }: Scene) => proxy.halfClose(),
};

/** Whether everybody is served again, each with his own value. */
async function assertServed(pool: RedisPool): Promise<void> {
  for (const key of ["echo:1", "echo:2"]) assert.equal(await pool.get(key), valueOf(key));
  assert.equal(await pool.use((lease) => lease.get("echo:3")), valueOf("echo:3"));
}

for (const [what, cut] of Object.entries(cuts)) {
  test(`N04: ${what} while the pool is idle harms no command`, redis, () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool({ minIdle: 2 });
      for (let round = 0; round < 5; round++) {
        await assertServed(pool);
        cut(scene);
        // Before the end arrives, with it, and after it.
        if (round > 0) await pause(round);
        // What is sent before the end is known may be lost, but only reads are sent here, and these may run again.
        await assertServed(pool);
      }
      await waitUntil(() => scene.proxy.stats.open === pool.stats().total);
    }));

  test(`N04: ${what} while commands are in flight`, redis, () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      const ledger = new Ledger();
      await pool.ping();
      const lease = await pool.acquire();
      scene.proxy.delay("toClient", 50);
      const writes = Array.from({ length: 100 }, () => ledger.write((args) => pool.send(args)));
      const reads = Array.from({ length: 100 }, (_, i) => pool.get(`echo:${i}`));
      const leased = errorOf(lease.incr("n"));
      const batch = errorOf(pool.pipeline().incr("n").get("echo:1").exec());
      await waitUntil(async () => await scene.callsOf("rpush") === 100);
      cut(scene);
      assert.deepEqual(await Promise.all(writes), Array(100).fill(false));
      for (const error of ledger.errors) {
        assertError(error, { name: "ConnectionLostError", sent: true, maybeExecuted: true, phase: "reply" });
      }
      await scene.proxy.heal();
      assert.deepEqual(await Promise.all(reads), Array.from({ length: 100 }, (_, i) => valueOf(`echo:${i}`)));
      assertError(await leased, { name: "ConnectionLostError", sent: true, maybeExecuted: true });
      assertError(await batch, { name: "BatchError", sent: true, maybeExecuted: true });
      assertError(await errorOf(lease.get("echo:1")), { name: "ConnectionLostError", sent: false });
      lease.release();
      await assertServed(pool);
      const count = await ledger.verify(scene.ask);
      assert.equal(count.ambiguousButDone, 100);
    }));
}

test(
  "N04: a reset in the middle of a reply, at any byte: no part of it reaches anybody",
  redis,
  () =>
    onScene({}, async (scene) => {
      const text = "0123456789".repeat(20);
      await scene.ask(["SET", "text", text]);
      await scene.ask(["RPUSH", "list", "a", "b", text]);
      const pool = scene.pool({ retry: false });
      const whole = [text, ["a", "b", text]];
      for (let bytes = 1; bytes < 460; bytes += 7) {
        await pool.ping();
        scene.proxy.cutAfter("toClient", bytes);
        const calls = [pool.get("text"), pool.lrange("list", 0, -1)] as Promise<unknown>[];
        for (const [i, outcome] of (await Promise.allSettled(calls)).entries()) {
          if (outcome.status === "fulfilled") assert.deepEqual(outcome.value, whole[i]);
          else assertError(outcome.reason, { name: "ConnectionLostError", sent: true, maybeExecuted: true });
        }
        await scene.proxy.heal();
      }
      assert.equal(await pool.get("text"), text);
    }),
);

test(
  "N04: a reset between two replies of a pipeline: each command says what became of it",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool({ protocol: 2 });
      await pool.ping();
      const reply = `$${valueOf("echo:1").length}\r\n${valueOf("echo:1")}\r\n`;
      scene.proxy.cutAfter("toClient", reply.length);
      const error = await errorOf(pool.pipeline().get("echo:1").incr("n").get("echo:2").exec());
      assertError(error, { name: "BatchError", sent: true, maybeExecuted: true });
      const [first, ...rest] = error.results as unknown[];
      assert.equal(first, valueOf("echo:1"));
      for (const result of rest) assertError(result, { name: "ConnectionLostError", sent: true, maybeExecuted: true });
      await scene.proxy.heal();
      await assertServed(pool);
    }),
);

test(
  "N08: a peer that reads nothing: the byte bound holds, and deadlines pass",
  redis,
  () =>
    onScene({}, async (scene) => {
      const maxQueuedBytes = 24 * 1024 * 1024;
      const pool = scene.directPool({ commandTimeoutMs: 700, stallTimeoutMs: 300, shared: { maxQueuedBytes } });
      await pool.ping();
      scene.server.kill("SIGSTOP");
      const text = "x".repeat(1024 * 1024);
      const settlement = new Settlement();
      const ledger = new Ledger();
      const written = Array.from({ length: 22 }, () => {
        return ledger.write((args) => settlement.follow(pool.send([...args, text]), 700));
      });
      const beyond = Array.from({ length: 10 }, () => errorOf(settlement.follow(pool.set("beyond", text + text), 700)));
      for (const error of await Promise.all(beyond)) {
        assertError(error, { name: "BackpressureError", code: "QUEUE_BYTES", sent: false, maybeExecuted: false });
      }
      assert.ok(pool.stats().queuedBytes <= maxQueuedBytes);
      assert.deepEqual(await Promise.all(written), Array(22).fill(false));
      settlement.assertInTime();
      const unsent = ledger.errors.filter(({ sent }) => !sent);
      assert.ok(unsent.length > 0, "all of it fitted the kernel's buffers: this showed nothing");
      for (const error of ledger.errors) {
        const { sent } = error;
        assertError(error, { code: "COMMAND_TIMEOUT", maybeExecuted: sent, phase: sent ? "reply" : "queue" });
      }
      scene.server.kill("SIGCONT");
      await waitUntil(async () => await pool.ping().catch(() => "") === "PONG");
      await waitUntil(() => pool.stats().queuedBytes === 0);
      assert.equal(await scene.ask(["EXISTS", "beyond"]), 0);
      await assertEntries(scene, ledger);
    }),
);

/** The entries carry a text of their own behind them, which is not part of the ledger. */
async function assertEntries(scene: Scene, ledger: Ledger): Promise<void> {
  await scene.ask(["LREM", ledger.key, "0", "x".repeat(1024 * 1024)]);
  await ledger.verify(scene.ask);
}

test(
  "N10: a network that flaps: the ledger is exact, dials are few, and it is back within a second",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      const [ledger, settlement] = [new Ledger(), new Settlement()];
      const loops = new ClosedLoops(pool, ledger, settlement, 5000);
      loops.addWriters(20);
      loops.addReaders(5);
      const flappingMs = lasting(4000, 45_000);
      const start = performance.now();
      while (performance.now() - start < flappingMs) {
        await pause(200);
        scene.proxy.refuse();
        scene.proxy.reset();
        await pause(200);
        await scene.proxy.heal();
      }
      const stableAt = performance.now();
      const { acknowledged } = ledger;
      await waitUntil(() => ledger.acknowledged > acknowledged + 20);
      const recoveredMs = performance.now() - stableAt;
      assert.ok(recoveredMs <= 1250, `back after ${Math.round(recoveredMs)} ms`);
      await loops.stop();
      assert.deepEqual(loops.count.readErrors, []);
      const perSecond = scene.connector.dials.length / flappingMs * 1000;
      assert.ok(perSecond <= 20, `${perSecond.toFixed(1)} dials per second`);
      await ledger.verify(scene.ask);
    }),
);
