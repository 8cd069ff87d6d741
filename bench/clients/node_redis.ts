import { Buffer } from "node:buffer";
import type { EventEmitter } from "node:events";
import { type Client, type ClientSettings, tunedBackoffMs, tunedTimeoutMs } from "./client.ts";
import { rival } from "./rival.ts";

interface Commands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  lRange(key: string, start: number, stop: number): Promise<unknown>;
  multi(): { get(key: string): unknown; execAsPipeline(): Promise<unknown[]> };
  withTypeMapping(mapping: Record<number, unknown>): Commands;
}

interface NodeRedisClient extends Commands, EventEmitter {
  connect(): Promise<unknown>;
  destroy(): void;
}

interface NodeRedisPool extends NodeRedisClient {
  execute<T>(fn: (client: Commands) => Promise<T>): Promise<T>;
}

interface NodeRedis {
  RESP_TYPES: { BLOB_STRING: number };
  createClient(options: Record<string, unknown>): NodeRedisClient;
  createClientPool(options: Record<string, unknown>, pool: Record<string, unknown>): NodeRedisPool;
}

function optionsFor({ host, port, tuned }: ClientSettings): Record<string, unknown> {
  if (!tuned) return { socket: { host, port } };
  const limits = { connectTimeout: tunedTimeoutMs, socketTimeout: tunedTimeoutMs };
  const reconnectStrategy = (retries: number) => Math.min((retries + 1) * 20, tunedBackoffMs);
  return { socket: { host, port, ...limits, reconnectStrategy }, commandOptions: { timeout: tunedTimeoutMs } };
}

function wrap(commands: Commands, { RESP_TYPES }: NodeRedis): Omit<Client, "close"> {
  const bytes = commands.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    get: (key) => commands.get(key),
    getBytes: (key) => bytes.get(key),
    set: (key, value) => commands.set(key, value),
    lrange: (key) => commands.lRange(key, 0, -1),
    getMany: (key, count) => {
      const multi = commands.multi();
      for (let i = 0; i < count; i++) multi.get(key);
      return multi.execAsPipeline();
    },
  };
}

/** The client of the package `redis`, with its defaults. */
export async function connectNodeRedis(settings: ClientSettings): Promise<Client> {
  const nodeRedis = rival<NodeRedis>("redis");
  const client = nodeRedis.createClient(optionsFor(settings));
  // Without a listener a lost connection ends the process.
  client.on("error", () => {});
  await client.connect();
  return { ...wrap(client, nodeRedis), close: () => client.destroy() };
}

/** The pool of the package `redis`. */
export async function connectNodeRedisPool(settings: ClientSettings): Promise<Client> {
  const nodeRedis = rival<NodeRedis>("redis");
  const limits = {
    minimum: settings.connections,
    maximum: settings.connections,
    ...settings.tuned ? { acquireTimeout: tunedTimeoutMs } : {},
  };
  const pool = nodeRedis.createClientPool(optionsFor(settings), limits);
  pool.on("error", () => {});
  await pool.connect();
  return {
    isPool: true,
    ...wrap(pool, nodeRedis),
    lease: (key) => pool.execute((client) => client.get(key)),
    hold: (pausing) =>
      pool.execute(async () => {
        if (pausing) await undefined;
      }),
    close: () => pool.destroy(),
  };
}
