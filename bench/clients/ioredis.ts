import { type EventEmitter, once } from "node:events";
import { type Client, type ClientSettings, tunedBackoffMs, tunedTimeoutMs } from "./client.ts";
import { rival } from "./rival.ts";

/** What the benches use of ioredis, and of iovalkey, which began as a copy of it. */
export interface IoRedis extends EventEmitter {
  get(key: string): Promise<string | null>;
  getBuffer(key: string): Promise<Uint8Array | null>;
  set(key: string, value: string): Promise<unknown>;
  lrange(key: string, start: number, stop: number): Promise<string[]>;
  pipeline(): IoRedisPipeline;
  disconnect(): void;
}

interface IoRedisPipeline {
  get(key: string): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][]>;
}

type IoRedisClass = new (options: Record<string, unknown>) => IoRedis;

const tunedOptions = {
  connectTimeout: tunedTimeoutMs,
  commandTimeout: tunedTimeoutMs,
  maxRetriesPerRequest: 1,
  retryStrategy: (times: number) => Math.min(times * 20, tunedBackoffMs),
};

/** Connects a client of ioredis or iovalkey. */
export async function openIoRedis(
  packageName: "ioredis" | "iovalkey",
  { host, port, tuned }: ClientSettings,
  options: Record<string, unknown> = {},
): Promise<IoRedis> {
  const { Redis } = rival<{ Redis: IoRedisClass }>(packageName);
  const redis = new Redis({ host, port, ...tuned ? tunedOptions : {}, ...options });
  await once(redis, "ready");
  // Without a listener each failure to connect is printed.
  redis.on("error", () => {});
  return redis;
}

/** An explicit pipeline of GETs. */
export function getManyOf(redis: IoRedis, key: string, count: number): Promise<unknown> {
  const pipeline = redis.pipeline();
  for (let i = 0; i < count; i++) pipeline.get(key);
  return pipeline.exec();
}

function wrap(redis: IoRedis): Client {
  return {
    get: (key) => redis.get(key),
    getBytes: (key) => redis.getBuffer(key),
    set: (key, value) => redis.set(key, value),
    lrange: (key) => redis.lrange(key, 0, -1),
    getMany: (key, count) => getManyOf(redis, key, count),
    close: () => redis.disconnect(),
  };
}

/** ioredis with its defaults. */
export async function connectIoRedis(settings: ClientSettings): Promise<Client> {
  return wrap(await openIoRedis("ioredis", settings));
}

/** ioredis that pipelines by itself. */
export async function connectIoRedisAutomatic(settings: ClientSettings): Promise<Client> {
  return wrap(await openIoRedis("ioredis", settings, { enableAutoPipelining: true }));
}

/** iovalkey with its defaults. */
export async function connectIoValkey(settings: ClientSettings): Promise<Client> {
  return wrap(await openIoRedis("iovalkey", settings));
}

/** iovalkey that pipelines by itself. */
export async function connectIoValkeyAutomatic(settings: ClientSettings): Promise<Client> {
  return wrap(await openIoRedis("iovalkey", settings, { enableAutoPipelining: true }));
}
