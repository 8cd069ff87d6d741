import { createPool, type RedisPool, type RedisPoolOptions } from "../../mod.ts";
import { type Client, type ClientSettings, tunedBackoffMs, tunedTimeoutMs } from "./client.ts";

function optionsFor({ tuned, unbounded }: ClientSettings): RedisPoolOptions {
  const limits = { connectTimeoutMs: tunedTimeoutMs, commandTimeoutMs: tunedTimeoutMs };
  return {
    ...tuned ? { ...limits, backoff: { maxMs: tunedBackoffMs } } : {},
    ...unbounded ? { shared: { maxQueued: 10_000_000, maxQueuedBytes: 2 ** 30 }, commandTimeoutMs: 30_000 } : {},
  };
}

/** respool; with its defaults unless the settings say otherwise. */
export async function connectRespool(settings: ClientSettings): Promise<Client> {
  const pool = createPool(`redis://${settings.host}:${settings.port}`, optionsFor(settings));
  await pool.ready();
  return wrapRespool(pool);
}

/** A pool that is there already, as the workloads want it. */
export function wrapRespool(pool: RedisPool): Client {
  const bytes = pool.with({ replies: { strings: "bytes" } });
  return {
    get: (key) => pool.get(key),
    getBytes: (key) => bytes.get(key),
    set: (key, value) => pool.set(key, value),
    lrange: (key) => pool.lrange(key, 0, -1),
    getMany: (key, count) => {
      const pipeline = pool.pipeline();
      for (let i = 0; i < count; i++) pipeline.get(key);
      return pipeline.exec();
    },
    lease: async (key) => {
      const lease = await pool.acquire();
      try {
        return await lease.get(key);
      } finally {
        lease.release();
      }
    },
    hold: async (pausing) => {
      const lease = await pool.acquire();
      if (pausing) await undefined;
      lease.release();
    },
    close: () => pool.close(),
  };
}
