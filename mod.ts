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
import { environmentUrl, nativeKeeper, nativeText, nativeTurn, tracingChannels } from "./lib/net/runtime.ts";
import { runtimeConnector } from "./lib/net/runtime_connector.ts";

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
export const createPool: CreatePool = createPoolWith(runtimeConnector, {
  environmentUrl,
  tracingChannels,
  decodeText: nativeText(),
  keepMemory: nativeKeeper(),
  nextTurn: nativeTurn(),
});

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

export type { BackoffOptions } from "./lib/base/backoff.ts";
export type { CircuitOptions, CircuitState } from "./lib/base/circuit_breaker.ts";
export type { Clock, Timer } from "./lib/base/clock.ts";
export type { CallOptions } from "./lib/client/cancellable_call.ts";
export type { CreatePool } from "./lib/client/create_pool.ts";
export type { Credentials, CredentialsProvider } from "./lib/client/credentials.ts";
export type { ViewOptions } from "./lib/client/dispatcher.ts";
export type { LaneOptions } from "./lib/client/lane.ts";
export type { RedisPoolOptions } from "./lib/client/options.ts";
export type { PoolEvent, PoolEventListener, PoolEvents } from "./lib/client/pool_events.ts";
export type { Piped, Pipeline, Queued, Settled, Transaction } from "./lib/client/pipeline.ts";
export type { DetachedConnection, RedisLease } from "./lib/client/redis_lease.ts";
export type { RedisPool } from "./lib/client/redis_pool.ts";
export type { RetryPolicy } from "./lib/client/retry.ts";
export type { LeaseView, PoolView, View } from "./lib/client/view.ts";
export type { BlockingCommands, KeysAndTimeout } from "./lib/commands/blocking.ts";
export type { Commands } from "./lib/commands/commands.ts";
export type { HashCommands } from "./lib/commands/hashes.ts";
export type { ExpireCondition, KeyCommands, KeyType, Page, ScanOption } from "./lib/commands/keys.ts";
export type { ListCommands, ListEnd } from "./lib/commands/lists.ts";
export type { ServerCommands } from "./lib/commands/server.ts";
export type { SetCommands } from "./lib/commands/sets.ts";
export type {
  CountedKeysWithScores,
  Scored,
  SortedSetCommands,
  WithScores,
  ZaddOption,
} from "./lib/commands/sorted_sets.ts";
export type { SetOption, SetReply, StringCommands } from "./lib/commands/strings.ts";
export type { SessionCommands } from "./lib/commands/session.ts";
export type { CountedKeys, OneOrMore, Pairs, Promised, Returns, Status, Surface } from "./lib/commands/surface.ts";
export type { Identity } from "./lib/connection/handshake.ts";
export type { ErrorFields, Phase } from "./lib/errors.ts";
export type { Connector, Socket, SocketHandler, Target, TlsOptions } from "./lib/net/socket.ts";
export type { Durations } from "./lib/observability/durations.ts";
export type { ListenerOptions } from "./lib/observability/fenced_target.ts";
export type { LeakReport, PoolObserver, RedisObserver } from "./lib/observability/observer.ts";
export type { CommandOutcomes, PoolCounts, PoolStats, RedisPoolStats } from "./lib/observability/stats.ts";
export type { AcquireTrace, CommandTrace, ConnectTrace, Trace, TraceTarget } from "./lib/observability/trace.ts";
export type { IdleFacts, PoolCircuitOptions, TuningOptions } from "./lib/pool/options.ts";
export type { AcquireOptions } from "./lib/pool/pool.ts";
export type { Argument } from "./lib/resp/encoder.ts";
export type { Limits } from "./lib/resp/limits.ts";
export type { Mapping, ReplyOptions } from "./lib/resp/mapping.ts";
