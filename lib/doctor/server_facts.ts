/**
 * Asks a server what it is. What it refuses to tell, to this user or at all, is left out.
 *
 * @module
 */
import type { RedisPool } from "../client/redis_pool.ts";
import { ReplyError } from "../errors.ts";
import type { ServerFacts } from "./report.ts";

/**
 * Reads the facts of the server behind a pool.
 *
 * @throws {RedisError} The server cannot be asked at all.
 */
export async function readServerFacts(pool: RedisPool): Promise<ServerFacts> {
  const info = new Map((await Promise.all(sections.map((section) => readInfo(pool, section)))).flat());
  const read = (name: string) => count(info.get(name));
  const maxClients = read("maxclients") ?? await readConfig(pool, "maxclients");
  const own = ["valkey", "dragonfly"].find((product) => info.has(`${product}_version`));
  const connected = read("connected_clients");
  return defined({
    product: own ?? "redis",
    version: info.get(`${own ?? "redis"}_version`)?.replace(/^[^\d]*/, ""),
    mode: info.get("redis_mode") ?? info.get("server_mode"),
    role: info.get("role"),
    maxClients,
    // One of them is the one that asks.
    connectedClients: connected === undefined ? undefined : Math.max(0, connected - 1),
    maxMemory: read("maxmemory"),
    evictionPolicy: info.get("maxmemory_policy"),
    idleTimeoutSeconds: await readConfig(pool, "timeout"),
  });
}

const sections = ["server", "clients", "memory", "replication"];

async function readInfo(pool: RedisPool, section: string): Promise<[string, string][]> {
  const text = String(await unlessRefused(pool.send(["INFO", section])) ?? "");
  return Array.from(text.matchAll(/^([a-z_]+):([^\r\n]*)/gm), ([, name = "", value = ""]) => [name, value]);
}

async function readConfig(pool: RedisPool, name: string): Promise<number | undefined> {
  const reply = await unlessRefused(pool.send(["CONFIG", "GET", name]));
  if (typeof reply !== "object" || reply === null) return undefined;
  return count(Array.isArray(reply) ? reply[1] : (reply as Record<string, unknown>)[name]);
}

async function unlessRefused(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ReplyError) return undefined;
    throw error;
  }
}

/** A number of nothing but digits. */
function count(value: unknown): number | undefined {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** The facts that are known. */
function defined(facts: { [Name in keyof ServerFacts]: ServerFacts[Name] | undefined }): ServerFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as unknown as ServerFacts;
}
