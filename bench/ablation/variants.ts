/**
 * The pools that are compared.
 *
 * @module
 */
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import { createPool, type RedisPoolOptions } from "../../mod.ts";
import { clientName, PlainConnection } from "./plain_connection.ts";
import { PlainPool } from "./plain_pool.ts";
import { optimised, plain, type Switches } from "./switches.ts";

/** Where the server is. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A pool at work. */
export interface Running {
  /** One GET on whatever connection the pool gives. */
  get(): Promise<unknown>;
  /** Ends it. */
  close(): unknown;
}

/** A pool that is compared. */
export interface Variant {
  readonly name: string;
  /** Makes it, warmed if that belongs to it. */
  open(endpoint: Endpoint): Promise<Running>;
}

/** What is read. */
export const key = "respool:ablation";

/** As many connections as redis-py would open. */
const maxSize = 50;

function plainVariant(name: string, switches: Switches): Variant {
  return {
    name,
    open: async ({ host, port }) => {
      const connector = runtimeConnector();
      const target = { host, port, noDelay: true, keepAliveMs: 0 };
      const pool = new PlainPool(
        (encoder) => PlainConnection.open(connector, target, encoder),
        switches,
      );
      if (switches.warming) await pool.warm();
      return { get: () => pool.send(["GET", key]), close: () => pool.close() };
    },
  };
}

function leases(name: string, options: RedisPoolOptions): Variant {
  return {
    name,
    open: async ({ host, port }) => {
      const pool = createPool({ host, port, clientName, maxSize, ...options });
      if (options.minIdle) await pool.ready();
      const get = async () => {
        const lease = await pool.acquire();
        try {
          return await lease.get(key);
        } finally {
          lease.release();
        }
      };
      return { get, close: () => pool.destroy() };
    },
  };
}

/** What the options can turn off. */
const off: RedisPoolOptions = {
  validate: "always",
  maxConcurrentConnects: 1,
  backoff: { baseMs: 1000, maxMs: 10_000 },
  circuitBreaker: { failures: 0 },
};

const lane: Variant = {
  name: "respool, shared lane",
  open: async ({ host, port }) => {
    const pool = createPool({ host, port, clientName });
    await pool.ready();
    return { get: () => pool.get(key), close: () => pool.destroy() };
  },
};

/** The names by which the table asks for rows. */
export const names = {
  plain: "plain",
  lockFree: "1 no lock",
  healthCache: "2 health cache",
  warming: "3 warming",
  readyEncoder: "4 ready encoder",
  recovery: "5 backoff, circuit",
  metrics: "6 metrics",
  all: "1–6 together",
  off: "respool, leases, 2 3 5 off",
  leases: "respool, leases",
  lane: lane.name,
} as const;

const switchNames = Object.keys(plain) as (keyof Switches)[];

/** All of them, in the order of the table. */
export const variants: readonly Variant[] = [
  plainVariant(names.plain, plain),
  ...switchNames.map((name) => plainVariant(names[name], { ...plain, [name]: true })),
  plainVariant(names.all, optimised),
  leases(names.off, off),
  leases(names.leases, { minIdle: 10 }),
  lane,
];
