/** `maybeExecuted` of commands that were sent more than once. */
import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf } from "../support/oracles.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { onScene, type Scene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** Ways to say that a write may run twice. */
const writers: [string, (pool: RedisPool) => Promise<unknown>][] = [
  ["a plain command", (pool) => pool.rpush("list", "x")],
  ["a command with options", (pool) => pool.with({ timeoutMs: 600, idempotent: true }).rpush("list", "x")],
  ["a pipeline", (pool) => pool.pipeline().rpush("list", "x").exec({ timeoutMs: 600, idempotent: true })],
];

/** Sends a write, loses its reply and its connection, and lets `fault` see to it that the second attempt fails. */
async function loseThenFail(
  scene: Scene,
  write: (pool: RedisPool) => Promise<unknown>,
  fault: () => unknown,
): Promise<Record<string, unknown>> {
  const pool = scene.pool({ retry: "all", commandTimeoutMs: 600 });
  await pool.ready();
  scene.proxy.swallow("toClient");
  const failed = errorOf(write(pool));
  await waitUntil(async () => await scene.callsOf("rpush") === 1);
  await fault();
  scene.proxy.reset();
  return await failed;
}

for (const [what, write] of writers) {
  test(
    `S06: ${what} that ran, lost its reply and found no other connection: it may have run`,
    redis,
    () =>
      onScene({}, async (scene) => {
        const error = await loseThenFail(scene, write, () => scene.proxy.refuse());
        assertError(error, { code: "COMMAND_TIMEOUT", sent: true, maybeExecuted: true });
        assert.equal(await scene.ask(["LLEN", "list"]), 1);
      }),
  );

  test(
    `S06: ${what} that ran, lost its reply and was refused afterwards: it may have run`,
    redis,
    () =>
      onScene({}, async (scene) => {
        const error = await loseThenFail(scene, write, async () => {
          await scene.ask(["CONFIG", "SET", "maxmemory", "1"]);
          await scene.proxy.heal();
        });
        assertError(error, { name: "ReplyError", code: "OOM", sent: true, maybeExecuted: true });
        assert.equal(await scene.ask(["LLEN", "list"]), 1);
      }),
  );

  test(
    `S06: ${what} that ran, lost its reply and found its credentials gone: it may have run`,
    redis,
    () =>
      onScene({}, async (scene) => {
        const error = await loseThenFail(scene, write, async () => {
          await scene.ask(["CONFIG", "SET", "requirepass", "new"]);
          await scene.proxy.heal();
        });
        assertError(error, { sent: true, maybeExecuted: true });
      }),
  );
}

for (const [what, view] of [["its own", { timeoutMs: 200 }], ["the pool's", {}]] as const) {
  test(
    `S11: a command that was refused until ${what} deadline passed did not run, and says why`,
    redis,
    () =>
      onScene({ args: ["--busy-reply-threshold", "20"] }, async (scene) => {
        const pool = scene.directPool({ commandTimeoutMs: 200 });
        await pool.ready();
        const loop = scene.ask(["EVAL", "while true do end", "0"]).catch(() => {});
        await pause(100);
        let refused = 0;
        // All are sent again together; on a busy machine it may be again and again just then that their time is up.
        for (let round = 0; round < 20 && refused === 0; round++) {
          for (const error of await Promise.all(Array.from({ length: 20 }, () => errorOf(pool.with(view).incr("n"))))) {
            // One that was on its way again when its time was up cannot know.
            if (error.code === "COMMAND_TIMEOUT") {
              assertError(error, { sent: true, maybeExecuted: true });
              continue;
            }
            assertError(error, { name: "ReplyError", code: "BUSY", maybeExecuted: false });
            // On a busy machine the first refusal may be all that there was time for.
            if ((error.attempts as number) > 1) refused++;
          }
        }
        assert.ok(refused > 0, "nobody learned why");
        await scene.ask(["SCRIPT", "KILL"]);
        await loop;
        assert.equal(await scene.ask(["GET", "n"]), null);
      }),
  );
}
