/**
 * Every client that is measured, respool first.
 *
 * @module
 */
import { connectBunRedis } from "./bun_redis.ts";
import type { Connect } from "./client.ts";
import { connectGenericPool } from "./generic_pool.ts";
import { connectGlide } from "./glide.ts";
import {
  connectIoRedis,
  connectIoRedisAutomatic,
  connectIoValkey,
} from "./ioredis.ts";
import { connectNodeRedis, connectNodeRedisPool } from "./node_redis.ts";
import { connectRaw } from "./raw.ts";
import { connectRespool } from "./respool.ts";

/** What a client is in a comparison. */
export type Role = "respool" | "peer" | "raw" | "other";

/** A client that can be chosen. */
export interface ClientEntry {
  /** Its name on the command line and in every table. */
  readonly name: string;
  /** Peers are what respool's ratio is taken to. */
  readonly role: Role;
  /** The packages of `bench/package.json` that it needs; the first one gives the version. */
  readonly packages: readonly string[];
  /** The only runtime that has it. */
  readonly only?: "deno" | "bun" | "node";
  readonly connect: Connect;
}

function peer(
  name: string,
  connect: Connect,
  ...packages: string[]
): ClientEntry {
  return { name, role: "peer", packages, connect };
}

/** Every client. */
export const clients: readonly ClientEntry[] = [
  { name: "respool", role: "respool", packages: [], connect: connectRespool },
  { name: "raw", role: "raw", packages: [], connect: connectRaw },
  peer("ioredis", connectIoRedis, "ioredis"),
  peer("ioredis-auto", connectIoRedisAutomatic, "ioredis"),
  peer("redis", connectNodeRedis, "redis"),
  peer("redis-pool", connectNodeRedisPool, "redis"),
  peer("iovalkey", connectIoValkey, "iovalkey"),
  peer("generic-pool", connectGenericPool, "generic-pool", "ioredis"),
  peer("glide", connectGlide, "@valkey/valkey-glide"),
  {
    name: "bun-redis",
    role: "peer",
    packages: [],
    only: "bun",
    connect: connectBunRedis,
  },
];
