/** Servers that die and come back. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, valueOf } from "../support/oracles.ts";
import { Ledger } from "../support/oracles_ledger.ts";
import { Settlement } from "../support/oracles_settle.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { ClosedLoops, setEchoValues } from "./load.ts";
import { releases } from "./releases.ts";
import { onScene, type Scene, type SceneOptions, withTemporaryFolder } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };
const writers = 50;
const readers = 10;

/** Runs `play` on a server that forgets nothing, not even when it is killed. */
function onDurableScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  return withTemporaryFolder((folder) => {
    return onScene({ ...options, args: ["--appendonly", "yes", "--appendfsync", "always", "--dir", folder] }, play);
  });
}

/** Callers in closed loops while `fault` goes on; afterwards the ledger must be exact and no read may have failed. */
async function survive(scene: Scene, fault: () => Promise<void>): Promise<void> {
  await setEchoValues(scene.ask);
  const pool = scene.pool();
  const [ledger, settlement] = [new Ledger(), new Settlement()];
  const loops = new ClosedLoops(pool, ledger, settlement, 5000);
  loops.addWriters(writers);
  loops.addReaders(readers);
  await waitUntil(() => ledger.acknowledged > 500);
  await fault();
  const [acknowledged, reads] = [ledger.acknowledged, loops.count.reads];
  await waitUntil(() => ledger.acknowledged > acknowledged + 500 && loops.count.reads > reads + 50);
  await loops.stop();
  assert.deepEqual(
    loops.count.readErrors,
    [],
    "a read failed though its deadline was later than the end of the outage",
  );
  for (const error of ledger.errors) {
    assertError(error, { name: "ConnectionLostError", command: "RPUSH", sent: true, maybeExecuted: true });
  }
  const count = await ledger.verify(scene.ask);
  assert.ok(count.ambiguous <= writers, `${count.ambiguous} writes were rejected; ${writers} were in flight`);
}

for (const { title, skip, scene } of releases) {
  test(
    `S01: ${title} is killed and comes back after a second`,
    { skip },
    () =>
      onDurableScene(scene, (scene) =>
        survive(scene, async () => {
          await scene.server.stop();
          await pause(1000);
          await scene.server.restart();
        })),
  );
}

test(
  "S03: the server is asked to end, and comes back",
  redis,
  () =>
    onDurableScene({}, (scene) =>
      survive(scene, async () => {
        scene.server.kill("SIGTERM");
        await scene.server.exited();
        await scene.server.restart();
      })),
);

for (const words of [["SHUTDOWN", "NOSAVE"], ["DEBUG", "RESTART"]]) {
  test(
    `S03: ${words.join(" ")} ends every connection; the ledger stays exact`,
    redis,
    () =>
      onDurableScene({}, (scene) =>
        survive(scene, async () => {
          const before = await runId(scene);
          // It is answered by the end of its connection.
          await scene.ask(words).catch(() => {});
          if (words[0] === "SHUTDOWN") await scene.server.restart();
          await waitUntil(async () => await runId(scene).catch(() => before) !== before);
        })),
  );
}

async function runId(scene: Scene): Promise<string | undefined> {
  return /run_id:(\w+)/.exec(await scene.ask(["INFO", "server"]) as string)?.[1];
}

test(
  "S02: after a long outage the first call succeeds within a second, and dials were few",
  redis,
  () =>
    onScene({}, async (scene) => {
      const outageMs = lasting(3000, 30_000);
      const pool = scene.pool();
      await pool.set("k", "v");
      const before = scene.connector.dials.length;
      const calls = [pool.get("k"), pool.acquire().then((lease) => lease.release())].map((call) =>
        call.catch(() => {})
      );
      scene.proxy.refuse();
      scene.proxy.reset();
      const start = performance.now();
      while (performance.now() - start < outageMs) {
        // Somebody always waits, or nothing would be dialled.
        calls.push(pool.with({ timeoutMs: 500 }).get("k").catch(() => null));
        await pause(50);
      }
      const dials = scene.connector.dials.length - before;
      assert.ok(dials >= 4, `${dials} dials: it gave up`);
      assert.ok(dials <= 6 + 2 * outageMs / 1000, `${dials} dials in ${outageMs} ms`);
      const restoredAt = performance.now();
      await scene.proxy.heal();
      assert.equal(await pool.get("k"), "v");
      const recoveredMs = performance.now() - restoredAt;
      assert.ok(recoveredMs <= 1250, `first success ${Math.round(recoveredMs)} ms after the port opened`);
      await Promise.all(calls);
    }),
);

test(
  "S04: a server that is frozen for a while: callers are free at their deadline, and late replies reach nobody",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool({ commandTimeoutMs: 400, stallTimeoutMs: 150 });
      const [ledger, settlement] = [new Ledger(), new Settlement()];
      const loops = new ClosedLoops(pool, ledger, settlement, 400);
      loops.addWriters(writers);
      loops.addReaders(readers);
      await waitUntil(() => ledger.acknowledged > 200);
      scene.server.kill("SIGSTOP");
      await pause(lasting(1500, 10_000));
      scene.server.kill("SIGCONT");
      const { acknowledged } = ledger;
      await waitUntil(() => ledger.acknowledged > acknowledged + 500);
      await loops.stop();
      for (const error of [...ledger.errors, ...loops.count.readErrors]) {
        assertError(error, { code: "COMMAND_TIMEOUT" });
      }
      const count = await ledger.verify(scene.ask);
      assert.ok(count.ambiguousButDone > 0, "no write was under way when the server was frozen");
    }),
);

test(
  "S05: a server that sleeps: short deadlines pass, long ones are met, and no connection is given up",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.directPool({ stallTimeoutMs: 150 });
      await pool.ready();
      const settlement = new Settlement();
      for (let round = 0; round < 3; round++) {
        const asleep = scene.ask(["DEBUG", "SLEEP", "0.7"]);
        await pause(50);
        const hasty = pool.with({ timeoutMs: 200 });
        const late = Array.from({ length: 20 }, () => settlement.follow(hasty.incr("n"), 200));
        const patient = Array.from({ length: 20 }, (_, i) => pool.get(`echo:${i}`));
        for (const call of late) {
          assertError(await errorOf(call), {
            code: "COMMAND_TIMEOUT",
            sent: true,
            maybeExecuted: true,
            phase: "reply",
          });
        }
        assert.deepEqual(await Promise.all(patient), Array.from({ length: 20 }, (_, i) => valueOf(`echo:${i}`)));
        await asleep;
      }
      settlement.assertInTime();
      assert.equal(pool.stats().closes, 0, "a connection was given up though its server lives");
      assert.equal(await pool.get("n"), "60", "commands whose callers went still ran, once each");
    }),
);

test(
  "S06: the reply of a write is lost with the connection: it ran once, and its caller is told",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.pool({ retry: "reads" });
      await pool.set("k", "v");
      scene.proxy.swallow("toClient");
      const write = pool.incr("n");
      const reads = [pool.get("k"), pool.with({ idempotent: true }).get("k")];
      const failed = errorOf(write);
      await waitUntil(async () => await scene.callsOf("incr") === 1 && await scene.callsOf("get") === 2);
      scene.proxy.reset();
      await scene.proxy.heal();
      assertError(await failed, {
        name: "ConnectionLostError",
        command: "INCR",
        sent: true,
        maybeExecuted: true,
        phase: "reply",
      });
      assert.deepEqual(await Promise.all(reads), ["v", "v"]);
      await pause(50);
      assert.equal(await scene.callsOf("incr"), 1);
      assert.equal(await scene.ask(["GET", "n"]), "1");
    }),
);

test(
  "S07: a write of which half arrived did not run, and may have as far as its caller is told",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.pool();
      const text = "x".repeat(100_000);
      await pool.set("k", "v");
      for (const bytes of [1, 5, 20, 50_000]) {
        scene.proxy.cutAfter("toServer", bytes);
        const write = errorOf(pool.rpush("list", text));
        assertError(await write, { name: "ConnectionLostError", sent: true, maybeExecuted: true });
        await scene.proxy.heal();
        assert.equal(await pool.get("k"), "v");
      }
      assert.equal(await scene.callsOf("rpush"), 0);
      assert.equal(await scene.ask(["EXISTS", "list"]), 0);
    }),
);
