/** The clients of the comparison, as thin as can be, so that what is seen is the client. */
import type { EventEmitter } from "node:events";
import process from "node:process";
import { createPool } from "../../mod.ts";
import { rival, rivalVersion } from "../clients/rival.ts";

/** How a client is set up: as it comes, or with every limit that its documentation offers for the matter. */
export type Settings = "defaults" | "tuned";

/** Where it connects to. */
export interface Place {
  readonly port: number;
  readonly password?: string;
}

/** A client at work. */
export interface Contender {
  /** The object that its user holds. */
  readonly object: unknown;
  /** Runs any command. */
  send(args: readonly string[]): Promise<unknown>;
  /** Runs one that its caller may give up; absent where that cannot be asked for. */
  sendUntil?(args: readonly string[], signal: AbortSignal): Promise<unknown>;
  /** The typed SET with whatever a program may hand over. */
  set(key: string, value: unknown): Promise<unknown>;
  /** Ends it at once. */
  end(): unknown;
}

/** A client and how to get one. */
export interface ContenderEntry {
  readonly name: string;
  /** The only runtime that has it. */
  readonly only?: "bun";
  /** Its version here; `undefined` when it is not installed. */
  version(): string | undefined;
  /** Makes one and connects it; rejects with what its user would get. */
  connect(
    place: Place,
    settings: Settings,
    onError: (error: unknown) => void,
  ): Promise<Contender>;
}

const timeoutMs = 1000;

/** The deadline that a call has, as far as the client has one. */
export function deadlineOf(settings: Settings): number {
  return settings === "tuned" ? timeoutMs : 5000;
}

const respool: ContenderEntry = {
  name: "respool",
  version: () => "this",
  async connect({ port, password }, settings, onError) {
    const tuned = {
      commandTimeoutMs: timeoutMs,
      connectTimeoutMs: timeoutMs,
      acquireTimeoutMs: timeoutMs,
    };
    const pool = createPool({
      host: "127.0.0.1",
      port,
      ...password === undefined ? {} : { password },
      ...settings === "tuned" ? tuned : {},
      observer: { connectFailed: onError },
    });
    const contender: Contender = {
      object: pool,
      send: (args) => pool.send(args),
      sendUntil: (args, signal) => pool.send(args, { signal }),
      set: (key, value) => pool.set(key, value as string),
      end: () => pool.destroy(),
    };
    await pool.ready().catch((error) => {
      throw Object.assign(error as Error, { contender });
    });
    return contender;
  },
};

interface IoRedis extends EventEmitter {
  connect(): Promise<void>;
  call(...args: string[]): Promise<unknown>;
  set(key: string, value: unknown): Promise<unknown>;
  disconnect(): void;
}

const ioredis: ContenderEntry = {
  name: "ioredis",
  version: () => rivalVersion("ioredis"),
  async connect({ port, password }, settings, onError) {
    const { Redis } = rival<{ Redis: new (options: object) => IoRedis }>(
      "ioredis",
    );
    const tuned = {
      commandTimeout: timeoutMs,
      connectTimeout: timeoutMs,
      socketTimeout: 2 * timeoutMs,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (times: number) => Math.min(times * 20, 200),
    };
    const redis = new Redis({
      host: "127.0.0.1",
      port,
      password,
      lazyConnect: true,
      ...settings === "tuned" ? tuned : {},
    });
    redis.on("error", onError);
    await redis.connect();
    return {
      object: redis,
      send: (args) => redis.call(...args),
      set: (key, value) => redis.set(key, value),
      end: () => redis.disconnect(),
    };
  },
};

interface NodeRedis extends EventEmitter {
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  withAbortSignal(signal: AbortSignal): NodeRedis;
  set(key: string, value: unknown): Promise<unknown>;
  destroy(): void;
}

const nodeRedis: ContenderEntry = {
  name: "redis",
  version: () => rivalVersion("redis"),
  async connect({ port, password }, settings, onError) {
    const { createClient } = rival<
      { createClient(options: object): NodeRedis }
    >("redis");
    const limits = {
      connectTimeout: timeoutMs,
      socketTimeout: 2 * timeoutMs,
      reconnectStrategy: (retries: number) => Math.min((retries + 1) * 20, 200),
    };
    const tuned = {
      commandOptions: { timeout: timeoutMs },
      pingInterval: 500,
      commandsQueueMaxLength: 10_000,
    };
    const isTuned = settings === "tuned";
    const client = createClient({
      password,
      socket: { host: "127.0.0.1", port, ...isTuned ? limits : {} },
      ...isTuned ? tuned : {},
    });
    client.on("error", onError);
    await client.connect();
    return {
      object: client,
      send: (args) => client.sendCommand(args),
      sendUntil: (args, signal) => client.withAbortSignal(signal).sendCommand(args),
      set: (key, value) => client.set(key, value),
      end: () => client.destroy(),
    };
  },
};

interface BunRedis {
  connect(): Promise<void>;
  send(command: string, args: readonly string[]): Promise<unknown>;
  set(key: string, value: unknown): Promise<unknown>;
  close(): void;
}

const bunRedis: ContenderEntry = {
  name: "Bun.RedisClient",
  only: "bun",
  version: () => process.versions.bun,
  async connect({ port, password }, settings) {
    const { RedisClient } = (globalThis as unknown as {
      Bun: { RedisClient: new (url: string, o: object) => BunRedis };
    })
      .Bun;
    const user = password === undefined ? "" : `:${password}@`;
    const tuned = {
      connectionTimeout: timeoutMs,
      idleTimeout: 2 * timeoutMs,
      maxRetries: 1000,
    };
    const client = new RedisClient(
      `redis://${user}127.0.0.1:${port}`,
      settings === "tuned" ? tuned : {},
    );
    await client.connect();
    return {
      object: client,
      send: ([verb, ...args]) => client.send(verb!, args),
      set: (key, value) => client.set(key, value),
      end: () => client.close(),
    };
  },
};

/** All of them, respool first. */
export const contenders: readonly ContenderEntry[] = [
  respool,
  ioredis,
  nodeRedis,
  bunRedis,
];
