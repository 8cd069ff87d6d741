/** Unix sockets of a real server that comes and goes. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ConnectError, TimeoutError } from "../../lib/errors.ts";
import { createPool } from "../../mod.ts";
import { withFolder } from "../net/helpers.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";

const skip = skipWithoutProgram("redis");

test(
  "N15: a path where no server is yet is a ConnectError, and works once there is one",
  { skip },
  () =>
    withFolder(async (folder) => {
      const file = path.join(folder, "redis.sock");
      const pool = createPool({ path: file });
      const error = await pool.ready().catch((error: unknown) => error);
      assert.ok(error instanceof ConnectError);
      assert.deepEqual([error.endpoint, error.maybeExecuted], [file, false]);
      const late = await pool.with({ timeoutMs: 200 }).ping().catch((error: unknown) => error);
      assert.ok(late instanceof TimeoutError && late.cause instanceof ConnectError);
      const waiting = pool.ping();
      const server = await startRedis(["--unixsocket", file]);
      assert.equal(await waiting, "PONG");
      await pool.close();
      await server.stop();
    }),
);

test("N15: a server that is replaced on its path is found again", { skip }, () =>
  withFolder(async (folder) => {
    const file = path.join(folder, "redis.sock");
    const server = await startRedis(["--unixsocket", file]);
    for (const url of [`unix:${file}`, `redis+unix://${file}?db=2`]) {
      const pool = createPool(url);
      await pool.set("k", "before");
      await server.restart();
      assert.equal(await pool.get("k"), null);
      assert.equal(await pool.use((lease) => lease.set("k", "after")), "OK");
      assert.equal(await pool.get("k"), "after");
      await pool.close();
    }
    await server.stop();
  }));
