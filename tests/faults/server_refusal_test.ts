/** Servers that answer, but not what was asked for. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RedisPool } from "../../mod.ts";
import { assertError, errorOf } from "../support/oracles.ts";
import { startServer } from "../support/servers.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { Monitor } from "./monitor.ts";
import { releases } from "./releases.ts";
import { ask, onScene, type Scene, withTemporaryFolder } from "./scene.ts";

/** A port where nobody is a primary of anybody. */
const nobody = ["127.0.0.1", "1"];

/** Keeps a server busy with a script of so many milliseconds; resolves when it is done. */
function keepBusy({ ask }: Scene, ms: number): Promise<unknown> {
  const now = "local function now() local t = redis.call('time') return t[1] * 1000 + t[2] / 1000 end ";
  return ask(["EVAL", `${now} local t = now() while now() - t < ${ms} do end`, "0"]);
}

/** What a command that the server refuses for good must be told: it did not run, and was tried once. */
async function assertRefused(call: Promise<unknown>, code: string): Promise<void> {
  assertError(await errorOf(call), { name: "ReplyError", code, sent: true, maybeExecuted: false, attempts: 1 });
}

for (const { title, skip, scene: release } of releases) {
  const play = (args: string[], body: (scene: Scene) => Promise<void>) => () => onScene({ ...release, args }, body);

  test(
    `S08: ${title} that loads for longer than a caller may wait: he learns why, and it did not run`,
    { skip },
    () =>
      withTemporaryFolder((folder) =>
        onScene({ ...release, args: ["--dir", folder] }, async (scene) => {
          await scene.ask(["DEBUG", "POPULATE", "2000"]);
          await scene.ask(["SAVE"]);
          await scene.ask(["CONFIG", "SET", "key-load-delay", "500", "loading-process-events-interval-bytes", "1024"]);
          const pool = scene.directPool();
          await pool.ping();
          const reloaded = scene.ask(["DEBUG", "RELOAD", "NOSAVE"]);
          await waitUntil(async () => /\bloading:1\b/.test(await scene.ask(["INFO", "persistence"]) as string));
          const patient = pool.incr("n");
          const hasty = await errorOf(pool.with({ timeoutMs: 200 }).incr("hasty"));
          // On its way once more when its time was up, it cannot know.
          if (hasty.code === "COMMAND_TIMEOUT") assertError(hasty, { sent: true, maybeExecuted: true });
          else assertError(hasty, { name: "ReplyError", code: "LOADING", maybeExecuted: false });
          assert.equal(await patient, 1);
          await reloaded;
          assert.equal(await pool.exists("hasty"), 0);
        })
      ),
  );

  test(
    `S09: ${title} that became a replica: the write goes to the primary that the name leads to now`,
    { skip },
    play([], async (scene) => {
      const other = await startServer(release.kind!, [], release.program);
      try {
        const pool = scene.directPool();
        await Promise.all([pool.ping(), pool.use((lease) => lease.ping())]);
        await scene.ask(["REPLICAOF", ...nobody]);
        scene.connector.redirect = (target) => ({ ...target, port: other.port });
        assert.equal(await pool.incr("n"), 1);
        assert.equal(await pool.use((lease) => lease.incr("n")), 2);
        assert.equal(await ask(other.url, ["GET", "n"]), "2");
        assert.equal(await scene.ask(["EXISTS", "n"]), 0);
        await pool.destroy();
      } finally {
        await other.stop();
      }
    }),
  );

  test(
    `S09: ${title} that stays a replica: the caller is told at once, and no write ran`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      await pool.ping();
      await scene.ask(["REPLICAOF", ...nobody]);
      const dials = scene.connector.dials.length;
      const start = performance.now();
      const error = await errorOf(pool.incr("n"));
      assertError(error, { name: "ReplyError", code: "READONLY", maybeExecuted: false, attempts: 2 });
      assert.ok(performance.now() - start < 2500, "it took as long as a deadline");
      assert.equal(await pool.get("n"), null, "what reads goes on");
      assert.ok(scene.connector.dials.length - dials <= 3, "dials in a loop");
      await scene.ask(["REPLICAOF", "NO", "ONE"]);
      assert.equal(await pool.incr("n"), 1);
    }),
  );

  test(
    `S10: ${title} that lost its primary: commands wait until it is back`,
    { skip },
    play(["--replica-serve-stale-data", "no"], async (scene) => {
      const pool = scene.directPool();
      await pool.set("k", "v");
      await scene.ask(["REPLICAOF", ...nobody]);
      const late = await errorOf(pool.with({ timeoutMs: 150 }).get("k"));
      // On its way once more when its time was up, it cannot know.
      if (late.code === "COMMAND_TIMEOUT") assert.equal(late.maybeExecuted, late.sent);
      else assertError(late, { name: "ReplyError", code: "MASTERDOWN", maybeExecuted: false });
      const waiting = Promise.all([pool.get("k"), pool.exists("k")]);
      await pause(200);
      await scene.ask(["REPLICAOF", "NO", "ONE"]);
      assert.deepEqual(await waiting, ["v", 1]);
    }),
  );

  test(
    `S11: ${title} that is busy with a script is waited for, and nobody kills the script`,
    { skip },
    play(["--busy-reply-threshold", "20"], async (scene) => {
      const pool = scene.directPool();
      await pool.ready();
      const monitor = await Monitor.start(scene.server.port);
      const script = keepBusy(scene, 500);
      await pause(100);
      assert.deepEqual(await Promise.all([pool.incr("n"), pool.incr("n"), pool.get("k")]), [1, 2, null]);
      await script;
      await monitor.sees('"k"');
      assert.doesNotMatch(monitor.text, /script|shutdown/i);
      monitor.stop();
    }),
  );

  test(
    `S12: ${title} that is out of memory says so at once; what frees memory works, and a script may have begun`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      await pool.set("k", "v");
      await scene.ask(["CONFIG", "SET", "maxmemory", "1"]);
      const sets = await scene.callsOf("set");
      await assertRefused(pool.set("k", "w"), "OOM");
      await assertRefused(pool.with({ idempotent: true }).set("k", "w"), "OOM");
      assert.equal(await pool.get("k"), "v");
      assert.equal(await pool.del("k"), 1);
      assert.equal(await scene.callsOf("set"), sets, "it was tried and counted as a call");
      const script = await errorOf(pool.send(["EVAL", "redis.call('set', 'a', '1') redis.call('del', 'b')", "0"]));
      assertError(script, { name: "ReplyError", sent: true, maybeExecuted: true });
      assert.deepEqual([pool.stats().closes, pool.stats().circuit], [0, "closed"]);
    }),
  );

  test(
    `S13: ${title} without its replicas, or unable to save, refuses writes with its reason`,
    { skip },
    () =>
      withTemporaryFolder((folder) =>
        onScene({ ...release, args: ["--dir", folder] }, async (scene) => {
          const pool = scene.directPool();
          await scene.ask(["CONFIG", "SET", "min-replicas-to-write", "1"]);
          await assertRefused(pool.set("k", "v"), "NOREPLICAS");
          await scene.ask(["CONFIG", "SET", "min-replicas-to-write", "0"]);
          // A folder in the place of the file: nothing can be saved there, not even by root.
          await mkdir(join(folder, "dump.rdb", "x"), { recursive: true });
          await scene.ask(["CONFIG", "SET", "save", "3600 1"]);
          await scene.ask(["BGSAVE"]);
          await waitUntil(async () => (await scene.ask(["INFO", "persistence"]) as string).includes("status:err"));
          await assertRefused(pool.set("k", "v"), "MISCONF");
          assert.equal(await pool.get("k"), null);
          await scene.ask(["CONFIG", "SET", "save", ""]);
        })
      ),
  );

  test(
    `S14: ${title} that forgot a script says NOSCRIPT, and nothing ran`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      const script = "return redis.call('incr', KEYS[1])";
      const hash = await pool.send(["SCRIPT", "LOAD", script]) as string;
      const evalsha = ["EVALSHA", hash, 1, "n"];
      assert.equal(await pool.send(evalsha), 1);
      await scene.ask(["SCRIPT", "FLUSH"]);
      await assertRefused(pool.send(evalsha), "NOSCRIPT");
      const [first, second] = await pool.pipeline().send(evalsha).get("n").settled();
      assertError(first, { code: "NOSCRIPT", maybeExecuted: false });
      assert.equal(second, "1");
      const [inside, after] = await pool.multi().send(evalsha).incr("m").settled();
      assertError(inside, { code: "NOSCRIPT" });
      assert.equal(after, 1);
      assert.equal(await pool.send(["EVAL", script, 1, "n"]), 2);
      assert.equal(await pool.send(evalsha), 3);
    }),
  );

  test(
    `S15: transactions on ${title}: refused as a whole, failed in part, overtaken`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      const error = await errorOf(pool.multi().set("k", "v").send(["GET"]).send(["NOSUCH"]).exec());
      assertError(error, { name: "ExecAbortError", code: "EXECABORT", maybeExecuted: false });
      assert.deepEqual((error.causes as { command: string }[]).map(({ command }) => command), ["GET", "NOSUCH"]);
      assert.equal(await pool.exists("k"), 0);
      const [set, failed] = await pool.multi().set("k", "v").incr("k").settled();
      assert.equal(set, "OK");
      assertError(failed, { name: "ReplyError", code: "ERR", command: "INCR" });
      await pool.use(async (lease) => {
        await lease.watch("k");
        await pool.set("k", "another's");
        assert.equal(await lease.multi().set("k", "mine").exec(), null);
      });
      assert.equal(await pool.get("k"), "another's");
    }),
  );

  test(
    `S16: ${title} with room for five: a pool of twenty is content with what it gets, and serves everybody`,
    { skip },
    play(["--maxclients", "6"], async (scene) => {
      // One place is left to who asks the server itself.
      const errors: string[] = [];
      const pool = scene.directPool({
        maxSize: 20,
        observer: { connectFailed: (error) => errors.push((error as { code: string }).code) },
      });
      let served = 0;
      const caller = async () => {
        for (let n = 0; n < 10; n++) {
          assert.equal(await pool.use(async (lease) => (await pause(5), await lease.ping())), "PONG");
          served++;
        }
      };
      await Promise.all(Array.from({ length: 20 }, caller));
      assert.equal(served, 200);
      assert.ok(pool.stats().total <= 6, `${pool.stats().total} connections`);
      assert.ok(errors.includes("MAXCLIENTS"), errors.join());
      const dials = scene.connector.dials.length;
      await Promise.all(Array.from({ length: 20 }, caller));
      const more = scene.connector.dials.length - dials;
      assert.ok(more <= 6, `${more} dials though the server is full`);
      await pool.destroy();
    }),
  );

  test(
    `S17: ${title} that is paused is slow, not dead`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool({ stallTimeoutMs: 100, validateTimeoutMs: 100 });
      await pool.ready();
      await scene.ask(["CLIENT", "PAUSE", "700", "ALL"]);
      const start = performance.now();
      const calls = [pool.incr("n"), pool.incr("n"), pool.use((lease) => lease.incr("n"))];
      const late = errorOf(pool.with({ timeoutMs: 200 }).incr("n"));
      assertError(await late, { code: "COMMAND_TIMEOUT", sent: true, maybeExecuted: true });
      const values = await Promise.all(calls);
      assert.ok(performance.now() - start >= 600, "nothing was paused");
      assert.deepEqual(values.toSorted(), [1, 2, 4].toSorted());
      assert.equal(pool.stats().closes, 0, "a connection was given up though its server lives");
    }),
  );

  test(
    `S21: nothing that a caller of ${title} sends on the shared lane can end it or silence it`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      const words = ["CLIENT REPLY OFF", "CLIENT REPLY SKIP", "MONITOR", "SUBSCRIBE c", "SHUTDOWN", "QUIT", "RESET"];
      for (const stateful of words) {
        for (const args of [stateful.split(" "), stateful.toLowerCase().split(" ")]) {
          const error = await errorOf(pool.send(args));
          assertError(error, { name: "ArgumentError", code: "STATEFUL_COMMAND", sent: false });
        }
        assert.equal(await pool.ping(), "PONG");
      }
    }),
  );

  test(
    `S22: an error of ${title}, whatever its text, is one error for one caller`,
    { skip },
    play([], async (scene) => {
      const pool = scene.directPool();
      for (const text of ["ODD a\r\n+OK\r\n$-1\r\n:1", "LONG " + "é".repeat(500_000), "PLAIN ✓ \u0000 \u001b[31m"]) {
        const before = pool.get("k");
        const error = await errorOf(pool.send(["DEBUG", "ERROR", text]));
        const after = pool.incr("n");
        const message = error.message as string;
        assertError(error, { name: "ReplyError", code: text.split(" ")[0]! });
        assert.ok(message.length <= 300, `${message.length} characters`);
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(message, /[\u0000-\u001f\u007f]/);
        assert.equal(await before, null);
        assert.equal(typeof await after, "number");
      }
    }),
  );
}

test("S23: a clock that jumps changes no deadline", { skip: releases[0]!.skip }, () =>
  onScene({}, async (scene) => {
    const real = Date.now;
    const pool = scene.directPool({ commandTimeoutMs: 500, keepaliveMs: 60_000 });
    try {
      await pool.warm(2);
      for (const jumpMs of [3_600_000, -3_600_000]) {
        Date.now = () => real() + jumpMs;
        await assertAtWork(pool);
        const asleep = scene.ask(["DEBUG", "SLEEP", "0.8"]);
        await pause(50);
        const start = performance.now();
        assertError(await errorOf(pool.incr("n")), { code: "COMMAND_TIMEOUT" });
        const elapsedMs = performance.now() - start;
        assert.ok(elapsedMs >= 490 && elapsedMs <= 1000, `${elapsedMs} ms`);
        await asleep;
        await assertAtWork(pool);
      }
    } finally {
      Date.now = real;
    }
    assert.equal(pool.stats().closes, 0);
  }));

async function assertAtWork(pool: RedisPool): Promise<void> {
  assert.equal(await pool.ping(), "PONG");
  assert.equal(await pool.use((lease) => lease.ping()), "PONG");
}
