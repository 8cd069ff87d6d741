/**
 * The servers that can be measured against.
 *
 * @module
 */
import { createPool } from "../../mod.ts";
import {
  type DebianServer,
  debianServers,
  ensureDebianServers,
  findDebianServer,
} from "../../tests/support/debian_servers.ts";
import {
  findProgram,
  type Program,
  type ServerKind,
  serverUrl,
  skipWithoutServer,
} from "../../tests/support/matrix.ts";
import { ensureRedis } from "../../tests/support/install_redis.ts";
import { type OwnServer, startServer } from "../../tests/support/servers.ts";
import { pinServer } from "../run/pinning.ts";
import { data, valueOf } from "../workloads/data.ts";

/** A server with the benches' keys in it. */
export interface BenchServer {
  /** Such as `Redis 7.0.15`. */
  readonly title: string;
  readonly host: string;
  readonly port: number;
  /** The process, if it was started for this run. */
  readonly own: OwnServer | undefined;
  /** Ends it, if it was started for this run. */
  stop(): Promise<void>;
}

type Start = () => Promise<OwnServer> | string;

/** The one of the environment, else one from `PATH`. */
function here(kind: ServerKind): Start {
  return () => {
    if (kind === "redis" && serverUrl(kind) === undefined) ensureRedis();
    const missing = skipWithoutServer(kind);
    if (missing) throw new Error(missing);
    return serverUrl(kind) ?? startServer(kind, [], findProgram(kind));
  };
}

/** A release of Debian's archive, unpacked beside the sources; nothing is installed. */
function fromDebian(title: string): Start {
  const server = debianServers.find((one) => one.title === title)!;
  return () => startServer(server.kind, [], findDebianServer(server) ?? fetchFromDebian(server));
}

function fetchFromDebian(server: DebianServer): Program {
  ensureDebianServers();
  const program = findDebianServer(server);
  if (program === undefined) throw new Error(`${server.title} is not to be had from Debian's archive`);
  return program;
}

const starts: Readonly<Record<string, Start>> = {
  redis: here("redis"),
  "redis-8": fromDebian("Redis 8.0"),
  valkey: here("valkey"),
  "valkey-9": fromDebian("Valkey 9.1"),
  dragonfly: here("dragonfly"),
};

/** Their names: what `PATH` or the environment has, and newer releases from Debian. */
export const serverNames: readonly string[] = Object.keys(starts);

/** Starts a server, or takes the one that the environment names, and fills it. */
export async function openServer(name: string): Promise<BenchServer> {
  const started = await starts[name]!();
  const url = new URL(typeof started === "string" ? started : started.url);
  if (url.protocol !== "redis:" || url.password) {
    throw new Error(`${name} must be reachable without TLS and password`);
  }
  const server = typeof started === "string" ? undefined : started;
  if (server !== undefined) pinServer(server.pid);
  const title = await fill(url.href);
  const stop = async () => await server?.stop();
  return { title, host: url.hostname, port: Number(url.port || 6379), own: server, stop };
}

/** Stores what the workloads read, and asks what the server is. */
export async function fill(url: string): Promise<string> {
  const pool = createPool(url);
  try {
    for (const { key, bytes, elements } of Object.values(data)) {
      await pool.del(key);
      if (elements === undefined) await pool.set(key, valueOf(bytes));
      else await pool.send(["RPUSH", key, ...new Array<string>(elements).fill(valueOf(bytes))]);
    }
    return titleOf(String(await pool.send(["INFO", "server"])));
  } finally {
    await pool.close();
  }
}

function titleOf(info: string): string {
  const own = /(valkey|dragonfly)_version:\D*(\S+)/.exec(info);
  if (own) return `${own[1] === "valkey" ? "Valkey" : "Dragonfly"} ${own[2]}`;
  return `Redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? "?"}`;
}
