import { once } from "node:events";
import type { EventEmitter } from "node:events";
import type { Client, ClientSettings } from "./client.ts";
import { rival } from "./rival.ts";

/** What the benches use of ioredis, and of iovalkey, which began as a copy of it. */
export interface IoRedis extends EventEmitter {
  get(key: string): Promise<string | null>;
  pipeline(): IoRedisPipeline;
  disconnect(): void;
}

interface IoRedisPipeline {
  get(key: string): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][]>;
}

type IoRedisClass = new (options: Record<string, unknown>) => IoRedis;

/** Connects a client of ioredis or iovalkey. */
export async function openIoRedis(
  packageName: "ioredis" | "iovalkey",
  { host, port }: ClientSettings,
  options: Record<string, unknown> = {},
): Promise<IoRedis> {
  const { Redis } = rival<{ Redis: IoRedisClass }>(packageName);
  const redis = new Redis({ host, port, ...options });
  await once(redis, "ready");
  return redis;
}

function wrap(redis: IoRedis): Client {
  return {
    get: (key) => redis.get(key),
    getMany: async (key, count) => {
      const pipeline = redis.pipeline();
      for (let i = 0; i < count; i++) pipeline.get(key);
      return await pipeline.exec();
    },
    close: () => redis.disconnect(),
  };
}

/** ioredis with its defaults. */
export async function connectIoRedis(
  settings: ClientSettings,
): Promise<Client> {
  return wrap(await openIoRedis("ioredis", settings));
}

/** ioredis that pipelines by itself. */
export async function connectIoRedisAutomatic(
  settings: ClientSettings,
): Promise<Client> {
  return wrap(
    await openIoRedis("ioredis", settings, { enableAutoPipelining: true }),
  );
}

/** iovalkey with its defaults. */
export async function connectIoValkey(
  settings: ClientSettings,
): Promise<Client> {
  return wrap(await openIoRedis("iovalkey", settings));
}
