/**
 * The way in.
 *
 * @module
 */
import type { Platform } from "../net/platform.ts";
import type { Connector } from "../net/socket.ts";
import { readOptions, type RedisPoolOptions } from "./options.ts";
import { PoolClient } from "./pool_client.ts";
import type { RedisPool } from "./redis_pool.ts";
import { RequestPoolClient } from "./request_pool.ts";
import { warnOfUnverifiedTls } from "./tls_warning.ts";

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
   * Makes a pool for the server that the options name. When they hold neither `host` nor `port` nor `path`, it is the
   * one that the environment names in `REDIS_URL` or `VALKEY_URL`, where that may be read, else `localhost:6379`.
   *
   * @throws {ArgumentError} INVALID_OPTION with the option's name; INVALID_URL about the environment's.
   */
  (options?: RedisPoolOptions): RedisPool;
}

/**
 * A `createPool` for one runtime.
 *
 * @param connector Its sockets, unless the options bring a connector.
 * @param platform What else it brings.
 */
export function createPoolWith(connector: () => Connector, platform: Platform = {}): CreatePool {
  return (first: string | URL | RedisPoolOptions = {}, second: RedisPoolOptions = {}) => {
    const isUrl = typeof first === "string" || first instanceof URL;
    const settings = isUrl
      ? readOptions(first, second, connector, platform)
      : readOptions(undefined, first, connector, platform);
    if (settings.factory.target.tls?.dangerouslyAllowUnverifiedTls) warnOfUnverifiedTls();
    const { markRequest } = settings;
    const pool = markRequest === undefined ? new PoolClient(settings) : new RequestPoolClient(settings, markRequest);
    return pool as unknown as RedisPool;
  };
}
