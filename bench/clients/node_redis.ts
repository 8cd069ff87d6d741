import type { EventEmitter } from "node:events";
import type { Client, ClientSettings } from "./client.ts";
import { rival } from "./rival.ts";

interface NodeRedisCommands {
  get(key: string): Promise<string | null>;
  multi(): { get(key: string): unknown; execAsPipeline(): Promise<unknown[]> };
}

interface NodeRedisClient extends NodeRedisCommands, EventEmitter {
  connect(): Promise<unknown>;
  destroy(): void;
}

interface NodeRedisPool extends NodeRedisCommands, EventEmitter {
  connect(): Promise<unknown>;
  execute<T>(fn: (client: NodeRedisClient) => Promise<T>): Promise<T>;
  destroy(): void;
}

interface NodeRedis {
  createClient(options: Record<string, unknown>): NodeRedisClient;
  createClientPool(
    options: Record<string, unknown>,
    pool: Record<string, unknown>,
  ): NodeRedisPool;
}

function getMany(
  commands: NodeRedisCommands,
  key: string,
  count: number,
): Promise<unknown> {
  const multi = commands.multi();
  for (let i = 0; i < count; i++) multi.get(key);
  return multi.execAsPipeline();
}

/** The client of the package `redis` with its defaults. */
export async function connectNodeRedis(
  { host, port }: ClientSettings,
): Promise<Client> {
  const client = rival<NodeRedis>("redis").createClient({
    socket: { host, port },
  });
  // Without a listener a lost connection would end the process.
  client.on("error", () => {});
  await client.connect();
  return {
    get: (key) => client.get(key),
    getMany: (key, count) => getMany(client, key, count),
    close: () => client.destroy(),
  };
}

/** The pool of the package `redis`. */
export async function connectNodeRedisPool(
  { host, port, connections }: ClientSettings,
): Promise<Client> {
  const options = { minimum: connections, maximum: connections };
  const pool = rival<NodeRedis>("redis").createClientPool({
    socket: { host, port },
  }, options);
  pool.on("error", () => {});
  await pool.connect();
  return {
    get: (key) => pool.get(key),
    getMany: (key, count) => getMany(pool, key, count),
    close: () => pool.destroy(),
  };
}
