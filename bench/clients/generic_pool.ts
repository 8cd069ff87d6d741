import { type Client, type ClientSettings, tunedTimeoutMs } from "./client.ts";
import { getManyOf, type IoRedis, openIoRedis } from "./ioredis.ts";
import { rival } from "./rival.ts";

interface GenericPool<T> {
  ready(): Promise<void>;
  acquire(): Promise<T>;
  release(resource: T): Promise<void>;
  drain(): Promise<void>;
  clear(): Promise<void>;
}

interface GenericPoolModule {
  createPool<T>(
    factory: { create(): Promise<T>; destroy(resource: T): Promise<void> },
    options: Record<string, number>,
  ): GenericPool<T>;
}

/** generic-pool over connections of ioredis: each call acquires one and releases it. */
export async function connectGenericPool(settings: ClientSettings): Promise<Client> {
  const factory = {
    create: () => openIoRedis("ioredis", settings),
    destroy: (redis: IoRedis) => Promise.resolve(redis.disconnect()),
  };
  const pool = rival<GenericPoolModule>("generic-pool").createPool(factory, {
    min: settings.connections,
    max: settings.connections,
    ...settings.tuned ? { acquireTimeoutMillis: tunedTimeoutMs } : {},
  });
  await pool.ready();
  const use = async (fn: (redis: IoRedis) => Promise<unknown>) => {
    const redis = await pool.acquire();
    try {
      return await fn(redis);
    } finally {
      pool.release(redis);
    }
  };
  const get = (key: string) => use((redis) => redis.get(key));
  return {
    isPool: true,
    get,
    lease: get,
    getBytes: (key) => use((redis) => redis.getBuffer(key)),
    set: (key, value) => use((redis) => redis.set(key, value)),
    lrange: (key) => use((redis) => redis.lrange(key, 0, -1)),
    getMany: (key, count) => use((redis) => getManyOf(redis, key, count)),
    hold: async (pausing) => {
      const redis = await pool.acquire();
      if (pausing) await undefined;
      pool.release(redis);
    },
    close: async () => {
      await pool.drain();
      await pool.clear();
    },
  };
}
