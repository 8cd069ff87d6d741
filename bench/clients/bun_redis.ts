import { type Client, type ClientSettings, tunedTimeoutMs } from "./client.ts";

interface BunRedis {
  connect(): Promise<void>;
  get(key: string): Promise<string | null>;
  getBuffer(key: string): Promise<Uint8Array | null>;
  set(key: string, value: string): Promise<unknown>;
  lrange(key: string, start: number, stop: number): Promise<unknown>;
  close(): void;
}

type BunRedisClass = new (url: string, options: Record<string, unknown>) => BunRedis;

/** Bun's own client with its defaults. It has no pipeline object: commands of one turn leave together. */
export async function connectBunRedis({ host, port, tuned }: ClientSettings): Promise<Client> {
  const { RedisClient } = (globalThis as unknown as { Bun: { RedisClient: BunRedisClass } }).Bun;
  const options = tuned ? { connectionTimeout: tunedTimeoutMs, maxRetries: 1000 } : {};
  const client = new RedisClient(`redis://${host}:${port}`, options);
  await client.connect();
  return {
    get: (key) => client.get(key),
    getBytes: (key) => client.getBuffer(key),
    set: (key, value) => client.set(key, value),
    lrange: (key) => client.lrange(key, 0, -1),
    getMany: (key, count) => Promise.all(Array.from({ length: count }, () => client.get(key))),
    close: () => client.close(),
  };
}
