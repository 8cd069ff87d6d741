/**
 * Connection pool and client for Redis, Valkey and Dragonfly on every JavaScript runtime.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 *
 * const pool = createPool("redis://localhost:6379", { maxSize: 10, minIdle: 2 });
 * await pool.set("greeting", "hello");
 * console.log(await pool.get("greeting")); // hello
 * await pool.close();
 * ```
 *
 * @module
 */
import { type CreatePool, createPoolWith } from "./lib/client/create_pool.ts";
import { runtimeConnector } from "./lib/net/runtime.ts";

/**
 * Makes a pool on the sockets of the runtime it finds itself on.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 *
 * const pool = createPool({ host: "localhost", maxSize: 5 });
 * console.log(await pool.ping()); // PONG
 * await pool.close();
 * ```
 * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
 */
export const createPool: CreatePool = createPoolWith(runtimeConnector);

export {
  AbortError,
  ArgumentError,
  AuthError,
  BackpressureError,
  BatchError,
  CircuitOpenError,
  ConnectError,
  ConnectionLostError,
  DecodeError,
  ExecAbortError,
  LeaseError,
  PoolError,
  ProtocolError,
  RedisError,
  ReplyError,
  TimeoutError,
  TlsError,
} from "./lib/errors.ts";
