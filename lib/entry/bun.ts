/**
 * Connection pool and client for Redis, Valkey and Dragonfly on Bun, with nothing of any other runtime behind it:
 * for bundling and vendoring.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool/bun";
 *
 * const pool = createPool("redis://localhost:6379");
 * await pool.set("greeting", "hello");
 * console.log(await pool.get("greeting")); // hello
 * await pool.close();
 * ```
 *
 * @module
 */
import { type CreatePool, createPoolWith } from "../client/create_pool.ts";
import { bunConnector } from "../net/bun.ts";
import { bufferText, immediateTurn, processUrl, tracingChannels } from "../net/runtime.ts";

/**
 * Makes a pool on the sockets of Bun.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool/bun";
 *
 * const pool = createPool({ host: "localhost", maxSize: 3 });
 * console.log(await pool.ping()); // PONG
 * await pool.close();
 * ```
 * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
 */
export const createPool: CreatePool = createPoolWith(() => bunConnector, {
  environmentUrl: processUrl,
  tracingChannels,
  decodeText: bufferText(),
  nextTurn: immediateTurn(),
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
} from "../errors.ts";

export type { BackoffOptions } from "../base/backoff.ts";
export type { CircuitOptions, CircuitState } from "../base/circuit_breaker.ts";
export type { Clock, Timer } from "../base/clock.ts";
export type { CallOptions } from "../client/cancellable_call.ts";
export type { CreatePool } from "../client/create_pool.ts";
export type { Credentials, CredentialsProvider } from "../client/credentials.ts";
export type { ViewOptions } from "../client/dispatcher.ts";
export type { LaneOptions } from "../client/lane.ts";
export type { RedisPoolOptions } from "../client/options.ts";
export type { PoolEvent, PoolEventListener, PoolEvents } from "../client/pool_events.ts";
export type { Piped, Pipeline, Queued, Settled, Transaction } from "../client/pipeline.ts";
export type { DetachedConnection, RedisLease } from "../client/redis_lease.ts";
export type { RedisPool } from "../client/redis_pool.ts";
export type { RetryPolicy } from "../client/retry.ts";
export type { LeaseView, PoolView, View } from "../client/view.ts";
export type { BlockingCommands, KeysAndTimeout } from "../commands/blocking.ts";
export type { Commands } from "../commands/commands.ts";
export type { HashCommands } from "../commands/hashes.ts";
export type { ExpireCondition, KeyCommands, KeyType, Page, ScanOption } from "../commands/keys.ts";
export type { ListCommands, ListEnd } from "../commands/lists.ts";
export type { ServerCommands } from "../commands/server.ts";
export type { SetCommands } from "../commands/sets.ts";
export type {
  CountedKeysWithScores,
  Scored,
  SortedSetCommands,
  WithScores,
  ZaddOption,
} from "../commands/sorted_sets.ts";
export type { SetOption, SetReply, StringCommands } from "../commands/strings.ts";
export type { SessionCommands } from "../commands/session.ts";
export type { CountedKeys, OneOrMore, Pairs, Promised, Returns, Status, Surface } from "../commands/surface.ts";
export type { Identity } from "../connection/handshake.ts";
export type { ErrorFields, Phase } from "../errors.ts";
export type { Connector, Socket, SocketHandler, Target, TlsOptions } from "../net/socket.ts";
export type { Durations } from "../observability/durations.ts";
export type { ListenerOptions } from "../observability/fenced_target.ts";
export type { LeakReport, PoolObserver, RedisObserver } from "../observability/observer.ts";
export type { CommandOutcomes, PoolCounts, PoolStats, RedisPoolStats } from "../observability/stats.ts";
export type { AcquireTrace, CommandTrace, ConnectTrace, Trace, TraceTarget } from "../observability/trace.ts";
export type { IdleFacts, PoolCircuitOptions, TuningOptions } from "../pool/options.ts";
export type { AcquireOptions } from "../pool/pool.ts";
export type { Argument } from "../resp/encoder.ts";
export type { Limits } from "../resp/limits.ts";
export type { Mapping, ReplyOptions } from "../resp/mapping.ts";
