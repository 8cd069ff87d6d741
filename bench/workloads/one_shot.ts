/**
 * What a short-lived program does: load a client, connect, ask once.
 *
 * @module
 */
import { rival } from "../clients/rival.ts";

/** Where the server is, and which build of respool is asked. */
export interface OneShot {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** Address of respool's module: the published package where the runtime would get that one. */
  readonly respool: string;
}

interface Getter {
  get(key: string): Promise<unknown>;
}

type Asking = (shot: OneShot) => Promise<unknown>;

interface NodeRedis {
  createClient(options: unknown): Getter & { connect(): Promise<unknown> };
}

interface Glide {
  GlideClient: { createClient(options: unknown): Promise<Getter> };
}

type IoRedis = { Redis: new (port: number, host: string) => Getter };
type BunGlobal = { Bun: { RedisClient: new (url: string) => Getter } };

async function askRaw({ host, port, key }: OneShot): Promise<unknown> {
  const { connect } = await import("node:net");
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.on("connect", () => socket.write(`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`));
    socket.on("data", (chunk) => resolve(String(chunk).split("\r\n")[1]));
    socket.on("error", reject);
  });
}

async function askRespool({ host, port, key, respool }: OneShot): Promise<unknown> {
  const { createPool } = await import(respool) as {
    createPool: (url: string) => Getter;
  };
  return createPool(`redis://${host}:${port}`).get(key);
}

async function askNodeRedis({ host, port, key }: OneShot): Promise<unknown> {
  const client = rival<NodeRedis>("redis").createClient({ socket: { host, port } });
  await client.connect();
  return client.get(key);
}

async function askGlide({ host, port, key }: OneShot): Promise<unknown> {
  const { GlideClient } = rival<Glide>("@valkey/valkey-glide");
  return (await GlideClient.createClient({ addresses: [{ host, port }] })).get(key);
}

function askIoRedis(name: "ioredis" | "iovalkey"): Asking {
  return ({ host, port, key }) => new (rival<IoRedis>(name).Redis)(port, host).get(key);
}

function askBun({ host, port, key }: OneShot): Promise<unknown> {
  const { RedisClient } = (globalThis as unknown as BunGlobal).Bun;
  return new RedisClient(`redis://${host}:${port}`).get(key);
}

/** The clients that can be asked, by name. */
export const oneShots: Readonly<Record<string, Asking>> = {
  respool: askRespool,
  raw: askRaw,
  ioredis: askIoRedis("ioredis"),
  iovalkey: askIoRedis("iovalkey"),
  redis: askNodeRedis,
  glide: askGlide,
  "bun-redis": askBun,
};
