/** A pool on a real server that the test has for itself. */
import { createPool } from "../../mod.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { type OwnServer, startRedis } from "../support/servers.ts";

/** Runs a test body with a pool on a server of its own; both are gone afterwards. */
export async function withPool(
  options: RedisPoolOptions,
  body: (pool: RedisPool, server: OwnServer) => Promise<void>,
  serverArgs: readonly string[] = [],
): Promise<void> {
  const server = await startRedis(serverArgs);
  const pool = createPool(server.url, options);
  try {
    await body(pool, server);
  } finally {
    await pool.destroy();
    await server.stop();
  }
}

/** Waits until a condition holds; fails after some seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!await holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
