/**
 * The way in.
 *
 * @module
 */
import type { Connector } from "../net/socket.ts";
import { readOptions, type RedisPoolOptions } from "./options.ts";
import { PoolClient } from "./pool_client.ts";
import type { RedisPool } from "./redis_pool.ts";

/** Makes a pool; see `createPool`. */
export interface CreatePool {
  /**
   * Makes a pool for the server that a URL names. Nothing is opened until the first command, `ready` or `warm`.
   *
   * @param url `redis://user:password@host:6379/0`, `rediss://…`, `unix:/path`, or `host:port`.
   * @param options Rule over what the URL says.
   * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
   */
  (url: string | URL, options?: RedisPoolOptions): RedisPool;
  /**
   * Makes a pool for the server that the options name; `localhost:6379` when they name none.
   *
   * @throws {ArgumentError} INVALID_OPTION with the option's name.
   */
  (options?: RedisPoolOptions): RedisPool;
}

/** A `createPool` that uses the given adapter unless the options bring a connector. */
export function createPoolWith(connector: () => Connector): CreatePool {
  return (first: string | URL | RedisPoolOptions = {}, second: RedisPoolOptions = {}) => {
    const isUrl = typeof first === "string" || first instanceof URL;
    const settings = isUrl ? readOptions(first, second, connector) : readOptions(undefined, first, connector);
    return new PoolClient(settings) as unknown as RedisPool;
  };
}
