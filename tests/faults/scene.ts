/**
 * The scene of a case: a real server, a proxy that makes its network bad, and pools whose sockets and timers are
 * counted. When the case is over nothing of a pool may be left, and nothing may have been thrown at nobody.
 *
 * ```txt
 *   pool ──► proxy ──► server ◄── ask        ask: a connection of its own, beside all faults
 * ```
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createPool, type RedisPool, type RedisPoolOptions } from "../../mod.ts";
import { type FaultProxy, startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { quietly } from "../support/oracles.ts";
import { assertNothingLeft, CountingClock, CountingConnector } from "../support/oracles_leak.ts";
import { RawClient } from "../support/raw_client.ts";
import { type OwnServer, startServer } from "../support/servers.ts";
import type { Program, ServerKind } from "../support/matrix.ts";

/** How a scene is set. */
export interface SceneOptions {
  /** The server. Default `redis`. */
  kind?: ServerKind;
  /** The server's program. Default: the one on `PATH`. */
  program?: Program | undefined;
  /** More arguments of the server. */
  args?: readonly string[];
}

/** What a case plays on. */
export class Scene {
  /** The server. */
  readonly server: OwnServer;
  /** The way to it. */
  readonly proxy: FaultProxy;
  /** Opens the sockets of all pools. */
  readonly connector = new CountingConnector();
  /** The time of all pools. */
  readonly clock = new CountingClock();
  readonly #pools: RedisPool[] = [];

  private constructor(server: OwnServer, proxy: FaultProxy) {
    this.server = server;
    this.proxy = proxy;
  }

  /** Starts server and proxy. */
  static async start({ kind = "redis", args = [], program }: SceneOptions): Promise<Scene> {
    const server = await startServer(kind, args, program);
    return new Scene(server, await startFaultProxy({ targetPort: server.port }));
  }

  /** A pool that goes through the proxy. */
  pool(options: RedisPoolOptions = {}): RedisPool {
    return this.poolOf(this.proxy.url, options);
  }

  /** A pool that goes straight to the server. */
  directPool(options: RedisPoolOptions = {}): RedisPool {
    return this.poolOf(this.server.url, options);
  }

  /** A pool for any address. */
  poolOf(url: string, options: RedisPoolOptions = {}): RedisPool {
    const pool = createPool(url, { connector: this.connector.connect, clock: this.clock, ...options });
    this.#pools.push(pool);
    return pool;
  }

  /** Asks the server itself, on a connection of its own. */
  readonly ask = (args: string[]): Promise<unknown> => ask(this.server.url, args);

  /** How often the server ran a command since it was started. */
  async callsOf(command: string): Promise<number> {
    const stats = await this.ask(["INFO", "commandstats"]) as string;
    return Number(new RegExp(`cmdstat_${command.toLowerCase()}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  /** Ends all pools and checks that nothing of them is left. */
  async strike(): Promise<void> {
    for (const pool of this.#pools) await pool.destroy();
    for (const pool of this.#pools) assertEmpty(pool);
    await assertNothingLeft(this.connector, this.clock);
  }

  /** Ends everything, whatever became of the case. */
  async end(): Promise<void> {
    for (const pool of this.#pools) await pool.destroy();
    await this.proxy.close();
    // One that sleeps cannot end.
    if (isRunning(this.server.pid)) this.server.kill("SIGCONT");
    await this.server.stop();
  }
}

/** Plays a case on a scene of its own. */
export async function onScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await Scene.start(options);
  try {
    await quietly(async () => {
      await play(scene);
      await scene.strike();
    });
  } finally {
    await scene.end();
  }
}

/** Runs `body` with a folder of its own that is removed afterwards. */
export async function withTemporaryFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "respool-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks a server, on a connection that ends with the answer. */
export async function ask(url: string, args: string[]): Promise<unknown> {
  const client = await RawClient.connect(url);
  try {
    return await client.send(args);
  } finally {
    client.close();
  }
}

function assertEmpty(pool: RedisPool): void {
  const { total, waiting, queuedCommands, queuedBytes } = pool.stats();
  const left = { total, waiting, queuedCommands, queuedBytes };
  if (Object.values(left).some((count) => count !== 0)) throw new Error(`left in a pool: ${JSON.stringify(left)}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
