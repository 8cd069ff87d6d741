import type { Client, ClientSettings } from "./client.ts";

interface BunRedis {
  connect(): Promise<void>;
  get(key: string): Promise<string | null>;
  close(): void;
}

type BunRedisClass = new (url: string) => BunRedis;

/** Bun's own client with its defaults. It has no pipeline object: commands of one turn leave together. */
export async function connectBunRedis(
  { host, port }: ClientSettings,
): Promise<Client> {
  const { RedisClient } =
    (globalThis as unknown as { Bun: { RedisClient: BunRedisClass } }).Bun;
  const client = new RedisClient(`redis://${host}:${port}`);
  await client.connect();
  return {
    get: (key) => client.get(key),
    getMany: (key, count) =>
      Promise.all(Array.from({ length: count }, () => client.get(key))),
    close: () => client.close(),
  };
}
