/**
 * What users hold: the pool of one server.
 *
 * @module
 */
import type { BlockingCommands } from "../commands/blocking.ts";
import type { Commands } from "../commands/commands.ts";
import type { Promised } from "../commands/surface.ts";
import type { ListenerOptions } from "../observability/fenced_target.ts";
import type { RedisObserver } from "../observability/observer.ts";
import type { RedisPoolStats } from "../observability/stats.ts";
import type { TraceTarget } from "../observability/trace.ts";
import type { AcquireOptions } from "../pool/pool.ts";
import type { Argument } from "../resp/encoder.ts";
import type { CallOptions } from "./cancellable_call.ts";
import type { ViewOptions } from "./dispatcher.ts";
import type { Pipeline, Transaction } from "./pipeline.ts";
import type { PoolEventListener, PoolEvents } from "./pool_events.ts";
import type { RedisLease } from "./redis_lease.ts";
import type { PoolView } from "./view.ts";

/**
 * A pool of connections to one server.
 *
 * Its own commands run on the shared lane: those of all callers are pipelined on few connections. A command that waits
 * on purpose (`blpop`) gets a connection of its own meanwhile; one that changes connection state needs `acquire`.
 *
 * Every call ends: with its reply, its error, or at its deadline. Errors say in `maybeExecuted` whether the server may
 * have run the command.
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
 */
export interface RedisPool extends Commands<Promised>, BlockingCommands<Promised>, AsyncDisposable {
  /**
   * Opens `minIdle` connections, at least one, so that a wrong host, password or certificate is known at start.
   *
   * @throws {ConnectError} The server cannot be reached; the code says why.
   * @throws {TlsError} The server's certificate cannot be trusted.
   * @throws {AuthError} The server refuses the credentials.
   * @throws {ReplyError} The server refuses the session, for instance the database.
   */
  ready(): Promise<void>;
  /**
   * Opens connections until there are `count`, those in use included; at most `maxSize`.
   *
   * @throws {RedisError} The error of the first attempt that failed, as for `ready`.
   */
  warm(count: number): Promise<void>;
  /**
   * Runs any command on the shared lane. Its verb comes first; arguments are sent as they are.
   *
   * @throws {ReplyError} The server's own error.
   * @throws {ArgumentError} STATEFUL_COMMAND when it needs `acquire`; INVALID_ARG, EMPTY_COMMAND, COMMAND_TOO_LARGE.
   * @throws {TimeoutError} COMMAND_TIMEOUT; the cause is the last failure to connect, if there was one.
   * @throws {AbortError} ABORTED; the cause is the signal's reason.
   * @throws {ConnectionLostError} The connection ended after it was sent, and it may not run twice.
   * @throws {BackpressureError} QUEUE_FULL or QUEUE_BYTES.
   * @throws {PoolError} POOL_CLOSED.
   */
  send(args: readonly Argument[], options?: CallOptions): Promise<unknown>;
  /** The same pool with options applied to each call; strings in replies are bytes. */
  with(options: ViewOptions & { replies: { strings: "bytes" } }): PoolView<Uint8Array>;
  /**
   * The same pool with options applied to each call: a cheap object over the same sockets.
   *
   * @throws {ArgumentError} INVALID_OPTION with the option's name.
   */
  with(options: ViewOptions): PoolView;
  /** Commands that leave together. */
  pipeline(): Pipeline;
  /** Commands that run as one. */
  multi(): Transaction;
  /**
   * Takes an exclusive connection. Waiters are served in order, idle connections newest first.
   *
   * @throws {TimeoutError} POOL_TIMEOUT; carries `stats`, and the last failure to connect as cause.
   * @throws {AbortError} ABORTED.
   * @throws {BackpressureError} POOL_QUEUE_FULL.
   * @throws {PoolError} POOL_CLOSED.
   * @throws {AuthError} The server refuses the credentials.
   * @throws {TlsError} The server's certificate cannot be trusted.
   */
  acquire(options?: AcquireOptions): Promise<RedisLease>;
  /** Takes an idle connection if there is one; never waits, connects or checks. */
  tryAcquire(): RedisLease | undefined;
  /** Acquires, runs `fn`, releases. Throws what `acquire` and `fn` throw. */
  use<T>(fn: (lease: RedisLease) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T>;
  /** Name of the pool in metrics and traces: the option `name`, or `host:port/db`. */
  readonly name: string;
  /** Where its connections go to. */
  readonly target: TraceTarget;
  /**
   * Listens to what happens in the pool; see `PoolEvents`. The pool never throws for want of a listener, `error`
   * included, and nothing that a listener throws or rejects with comes back to it.
   *
   * @example
   * ```ts
   * import { createPool } from "@respool/respool";
   *
   * const pool = createPool();
   * pool.addEventListener("close", ({ detail }) => console.log(`a connection ended: ${detail.reason}`));
   * await pool.ping();
   * await pool.close();
   * ```
   */
  addEventListener<K extends keyof PoolEvents>(
    type: K,
    listener: PoolEventListener<K> | null,
    options?: ListenerOptions | boolean,
  ): void;
  /** Listens no longer. */
  removeEventListener<K extends keyof PoolEvents>(type: K, listener: PoolEventListener<K> | null): void;
  /**
   * Has an observer told of what happens from now on, the connections for blocking commands included: like the option
   * `observer`, for whoever comes later.
   *
   * @returns What ends it.
   */
  observe(observer: RedisObserver): () => void;
  /** Declares every connection unfit: idle ones end now, those in use when they come back. */
  invalidate(reason: string): void;
  /** Changes the limits of the running pool. */
  resize(limits: { maxSize?: number; minIdle?: number }): void;
  /** Lets everybody wait, for a planned failover. */
  suspend(): void;
  /** Ends `suspend`. */
  resume(): void;
  /** The numbers now. */
  stats(): RedisPoolStats;
  /**
   * Refuses new work, lets accepted commands and leases finish, then closes. Doing it twice gives the same promise.
   *
   * @throws {TimeoutError} CLOSE_TIMEOUT when they did not finish within `timeoutMs` (default 5000); everything is
   * destroyed then.
   */
  close(options?: { timeoutMs?: number }): Promise<void>;
  /** Ends everything at once. What is unsettled rejects. */
  destroy(): Promise<void>;
}
