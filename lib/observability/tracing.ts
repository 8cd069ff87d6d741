/**
 * Tracing channels as `node:diagnostics_channel` has them, and how an operation is told on one.
 *
 * ```txt
 *   start ── run ── end            within the call
 *               … error? asyncStart asyncEnd      when it has settled
 * ```
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { AcquireTrace, CommandTrace, ConnectTrace, Trace, TraceTarget } from "./trace.ts";

/** What is used of a `Channel`. */
export interface Channel<T> {
  /** Whether anybody listens. */
  readonly hasSubscribers: boolean;
  /** Tells those who listen. */
  publish(message: T): void;
}

/** What is used of a `TracingChannel`. */
export interface TracingChannel<T> {
  /** The operation begins. */
  readonly start: Channel<T> & {
    /** Tells those who listen, and calls `fn` with the stores that are bound to the channel. */
    runStores<R>(message: T, fn: () => R): R;
  };
  /** The call has returned. */
  readonly end: Channel<T>;
  /** The operation has settled. */
  readonly asyncStart: Channel<T>;
  /** Whoever waited for it is about to go on. */
  readonly asyncEnd: Channel<T>;
  /** It has failed. */
  readonly error: Channel<T>;
}

/** The channels of all pools. */
export interface TracingChannels {
  /** One command. */
  readonly command: TracingChannel<CommandTrace>;
  /** The commands of one pipeline or transaction. */
  readonly batch: TracingChannel<CommandTrace>;
  /** Opening one connection. */
  readonly connect: TracingChannel<ConnectTrace>;
  /** Acquiring one lease. */
  readonly acquire: TracingChannel<AcquireTrace>;
}

/** An operation that may not have ended yet. */
export class OpenTrace implements Trace {
  /** Name of the pool. */
  readonly pool: string;
  /** Number of the database. */
  readonly database: number;
  /** Host name, or the path of the Unix socket. */
  readonly serverAddress: string;
  /** TCP port; `undefined` for a Unix socket. */
  readonly serverPort: number | undefined;
  /** How long it took in milliseconds. */
  elapsedMs: number | undefined = undefined;
  /** Why it failed. */
  error: unknown = undefined;

  /** Begins. */
  constructor({ pool, database, serverAddress, serverPort }: TraceTarget) {
    this.pool = pool;
    this.database = database;
    this.serverAddress = serverAddress;
    this.serverPort = serverPort;
  }
}

/** Whether anybody listens to a tracing channel. */
export function isHeard(channel: TracingChannel<never> | undefined): boolean {
  return channel !== undefined && (
    channel.start.hasSubscribers || channel.asyncEnd.hasSubscribers || channel.error.hasSubscribers ||
    channel.end.hasSubscribers || channel.asyncStart.hasSubscribers
  );
}

/**
 * Runs an operation and tells of it. The promise settles as that of `run` does.
 *
 * @param onEnd Called when it has ended, before whoever waits for it goes on.
 */
export function traced<R, T extends OpenTrace>(
  channel: TracingChannel<T> | undefined,
  trace: T,
  clock: Clock,
  run: () => Promise<R>,
  onEnd: () => void = nothing,
): Promise<R> {
  const startedAt = clock.now();
  const settle = () => {
    trace.elapsedMs = clock.now() - startedAt;
    onEnd();
    if (trace.error !== undefined) channel?.error.publish(trace);
    channel?.asyncStart.publish(trace);
    channel?.asyncEnd.publish(trace);
  };
  const start = () =>
    run().then((value) => {
      settle();
      return value;
    }, (error) => {
      trace.error = error;
      settle();
      throw error;
    });
  if (channel === undefined) return start();
  return channel.start.runStores(trace, () => {
    const promise = start();
    channel.end.publish(trace);
    return promise;
  });
}

function nothing(): void {}
