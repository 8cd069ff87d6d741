/** The hook that is asked before each dial. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConnectError } from "../../lib/errors.ts";
import { createPool, type RedisPool, type RedisPoolOptions } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";

const skip = skipWithoutProgram("redis");

/** Runs `body` with a pool of a server of its own. */
async function withPool(
  options: RedisPoolOptions,
  body: (pool: RedisPool, port: number) => Promise<void>,
): Promise<void> {
  const server = await startRedis();
  const pool = createPool(server.url, options);
  try {
    await body(pool, server.port);
  } finally {
    await pool.destroy();
    await server.stop();
  }
}

test("T12: every dial asks first, with the host and the port", { skip }, async () => {
  const asked: [string, number][] = [];
  const allowHost = (host: string, port: number) => {
    asked.push([host, port]);
    return Promise.resolve(true);
  };
  await withPool({ allowHost, maxSize: 3 }, async (pool, port) => {
    await pool.warm(3);
    assert.equal(await pool.ping(), "PONG");
    assert.deepEqual(asked, [["127.0.0.1", port], ["127.0.0.1", port], ["127.0.0.1", port]]);
  });
});

test(
  "T12: a host that is refused is HOST_DENIED at once, and so is one about which the hook fails",
  { skip },
  async () => {
    const hooks: NonNullable<RedisPoolOptions["allowHost"]>[] = [
      () => false,
      () => Promise.resolve(false),
      () => undefined as unknown as boolean,
      () => "yes" as unknown as boolean,
      () => {
        throw new Error("c4n4ry");
      },
      () => Promise.reject(new Error("c4n4ry")),
    ];
    for (const allowHost of hooks) {
      await withPool({ allowHost }, async (pool) => {
        for (const call of [pool.ping(), pool.acquire(), pool.ready()]) {
          const error = await call.catch((error: unknown) => error);
          assert.ok(error instanceof ConnectError, inspect(error));
          assert.equal(error.code, "HOST_DENIED");
          assert.ok(!inspect(error, { depth: 20 }).includes("c4n4ry"));
        }
        assert.equal(pool.stats().total, 0);
      });
    }
  },
);

test(
  "a hook that does not answer is given up when the time to connect is over",
  { skip },
  () =>
    withPool({ allowHost: () => new Promise(() => {}), connectTimeoutMs: 200 }, async (pool) => {
      const error = await pool.ready().catch((error: unknown) => error);
      assert.ok(error instanceof ConnectError, inspect(error));
      assert.equal(error.code, "CONNECT_TIMEOUT");
    }),
);
