/**
 * Every client that is measured, respool first.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { connectBunRedis } from "./bun_redis.ts";
import type { Client, ClientSettings, Connect } from "./client.ts";
import { connectGenericPool } from "./generic_pool.ts";
import { connectGlide } from "./glide.ts";
import { connectIoRedis, connectIoRedisAutomatic, connectIoValkey, connectIoValkeyAutomatic } from "./ioredis.ts";
import { connectNodeRedis, connectNodeRedisPool } from "./node_redis.ts";
import { connectRaw } from "./raw.ts";
import { connectRespool } from "./respool.ts";
import { rivalVersion } from "./rival.ts";

/** What a client is in a comparison: peers are what respool's ratio is taken to. */
export type Role = "respool" | "raw" | "peer" | "other";

/** A client that can be chosen. */
export interface ClientEntry {
  /** Its name on the command line and in every table. */
  readonly name: string;
  /** What it is, for the reader of a table. */
  readonly title: string;
  readonly role: Role;
  /** The packages of `bench/package.json` that it needs; the first one gives the version. */
  readonly packages: readonly string[];
  /** The only runtime that has it. */
  readonly only?: "deno" | "bun" | "node";
  /** Absent for programs that are no JavaScript. */
  readonly connect?: Connect;
  /** Whether it is asked what more callers and longer values cost; not all have to be. */
  readonly inGrowth?: true;
  /** Whether it hands out connections. */
  readonly leases?: true;
  /** Which client this is with other options than its defaults, and with which. */
  readonly tunes?: { readonly client: string; readonly how: string };
}

function peer(name: string, title: string, connect: Connect, ...packages: string[]): ClientEntry {
  return { name, title, role: "peer", packages, connect };
}

const poolPackages = ["generic-pool", "ioredis"];
const automatic = "enableAutoPipelining: true";

/** As many connections as one busy core can make use of. */
const fewConnections = 8;

function withFew(connect: Connect): Connect {
  return (settings) => connect({ ...settings, connections: fewConnections });
}

function tuned(client: string, suffix: string, how: string, connect: Connect, ...packages: string[]): ClientEntry {
  return { ...peer(client + suffix, `${client}, ${how}`, connect, ...packages), tunes: { client, how } };
}

/** Every client. */
export const clients: readonly ClientEntry[] = [
  {
    name: "respool",
    title: "respool",
    role: "respool",
    packages: [],
    connect: connectRespool,
    inGrowth: true,
    leases: true,
  },
  {
    name: "raw",
    title: "a bare socket of the runtime",
    role: "raw",
    packages: [],
    connect: connectRaw,
    inGrowth: true,
  },
  { ...peer("ioredis", "ioredis", connectIoRedis, "ioredis"), inGrowth: true },
  { ...tuned("ioredis", "-auto", automatic, connectIoRedisAutomatic, "ioredis"), inGrowth: true },
  { ...peer("redis", "redis, createClient", connectNodeRedis, "redis"), inGrowth: true },
  { ...peer("redis-pool", "redis, createClientPool", connectNodeRedisPool, "redis"), leases: true },
  tuned("redis-pool", "-8", `${fewConnections} connections`, withFew(connectNodeRedisPool), "redis"),
  peer("iovalkey", "iovalkey", connectIoValkey, "iovalkey"),
  tuned("iovalkey", "-auto", automatic, connectIoValkeyAutomatic, "iovalkey"),
  { ...peer("generic-pool", "generic-pool over ioredis", connectGenericPool, ...poolPackages), leases: true },
  tuned("generic-pool", "-8", `${fewConnections} connections`, withFew(connectGenericPool), ...poolPackages),
  peer("glide", "valkey-glide", connectGlide, "@valkey/valkey-glide"),
  { ...peer("bun-redis", "Bun.RedisClient", connectBunRedis), only: "bun", inGrowth: true },
  { name: "redis-benchmark", title: "redis-benchmark, a connection per caller", role: "other", packages: [] },
  { name: "redis-py", title: "redis-py, asyncio", role: "other", packages: [] },
];

/** Finds a client. */
export function clientNamed(name: string): ClientEntry {
  const found = clients.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no client ${name}`);
  return found;
}

/** Connects a client. */
export async function connect(
  entry: ClientEntry,
  settings: ClientSettings,
): Promise<{ client: Client; version: string }> {
  if (entry.connect === undefined) {
    throw new Error("it is not written in JavaScript");
  }
  const version = clientVersion(entry);
  return { client: await entry.connect(settings), version };
}

/** Its version; throws when one of its packages is not installed. */
export function clientVersion({ packages, role, only }: ClientEntry): string {
  const missing = packages.find((name) => rivalVersion(name) === undefined);
  if (missing !== undefined) throw new Error(`${missing} is not installed`);
  if (packages[0] !== undefined) return rivalVersion(packages[0])!;
  if (only !== undefined) return process.versions[only]!;
  return role === "respool" ? ownVersion() : "";
}

function ownVersion(): string {
  const manifest = readFileSync(new URL("../../deno.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
