/**
 * What a pool tells about itself while it works.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import type { CommandTrace } from "./trace.ts";

/** A lease that was held for longer than `leakDetectionMs`. */
export interface LeakReport {
  /** How long it has been held, in milliseconds. */
  readonly heldMs: number;
  /** Where it was acquired. */
  readonly stack: string;
  /** Whether its handle was garbage collected: nobody can release it any more. */
  readonly collected: boolean;
  /** Whether the pool took its connection back. */
  readonly reclaimed: boolean;
}

/**
 * Hears of events. Each method is optional; one that throws, or rejects, changes nothing. Methods are called from
 * within the pool's own work: they should return soon.
 */
export interface PoolObserver {
  /** A connection was made. */
  connect?(elapsedMs: number): unknown;
  /** An attempt to connect failed. */
  connectFailed?(error: unknown): unknown;
  /** There is a connection, after there was none. */
  ready?(): unknown;
  /** A connection ends, and why. */
  close?(reason: string): unknown;
  /** A lease was handed out. 0 when it did not wait. */
  acquire?(waitMs: number): unknown;
  /** Someone got no lease: his time was up, his signal fired, or he was turned away at once. */
  acquireFailed?(error: unknown, waitMs: number): unknown;
  /** A lease came back. */
  release?(heldMs: number): unknown;
  /** A lease is held too long. */
  leak?(report: LeakReport): unknown;
  /** A lease that was reported came back after all. */
  unleaked?(heldMs: number): unknown;
  /** The circuit changed its state. */
  circuit?(state: CircuitState): unknown;
  /** The next attempt is `delayMs` away; `attempt` counts from 1 since the last success. */
  reconnecting?(attempt: number, delayMs: number): unknown;
  /** All connections were declared unfit. */
  invalidate?(reason: string): unknown;
}

/**
 * Hears of what happens in a Redis pool, commands included. A pipeline or transaction is one command here. Both calls
 * of one command are given the same object, so that what belongs to it can be kept in a `WeakMap`.
 */
export interface RedisObserver extends PoolObserver {
  /** A command was called. */
  commandStart?(trace: CommandTrace): unknown;
  /** It has ended: `elapsedMs` and, if it failed, `error` are known now. */
  commandEnd?(trace: CommandTrace): unknown;
  /** Commands that take this many milliseconds or longer are slow. Read once, when the observer is added. */
  readonly slowMs?: number;
  /** A command was slow, whatever became of it. Needs `slowMs`. */
  slow?(trace: CommandTrace): unknown;
  /** The server sent what no command had asked for. Its content is as the server sent it. */
  push?(push: readonly unknown[]): unknown;
}
