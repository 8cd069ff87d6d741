import type { Client, ClientSettings } from "./client.ts";
import { type IoRedis, openIoRedis } from "./ioredis.ts";
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
    options: { min: number; max: number },
  ): GenericPool<T>;
}

/** generic-pool over connections of ioredis: each call acquires one and releases it. */
export async function connectGenericPool(
  settings: ClientSettings,
): Promise<Client> {
  const factory = {
    create: () => openIoRedis("ioredis", settings),
    destroy: (redis: IoRedis) => Promise.resolve(redis.disconnect()),
  };
  const limits = { min: settings.connections, max: settings.connections };
  const pool = rival<GenericPoolModule>("generic-pool").createPool(
    factory,
    limits,
  );
  await pool.ready();
  return {
    get: async (key) => {
      const redis = await pool.acquire();
      try {
        return await redis.get(key);
      } finally {
        pool.release(redis);
      }
    },
    getMany: async (key, count) => {
      const redis = await pool.acquire();
      try {
        const pipeline = redis.pipeline();
        for (let i = 0; i < count; i++) pipeline.get(key);
        return await pipeline.exec();
      } finally {
        pool.release(redis);
      }
    },
    close: async () => {
      await pool.drain();
      await pool.clear();
    },
  };
}
