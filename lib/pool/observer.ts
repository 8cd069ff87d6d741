/**
 * What a pool tells about itself while it works.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";

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
 * Hears of events. Each method is optional; one that throws changes nothing. Methods are called from within the pool's
 * own work: they should return soon.
 */
export interface PoolObserver {
  /** A connection was made. */
  connect?(elapsedMs: number): void;
  /** An attempt to connect failed. */
  connectFailed?(error: unknown): void;
  /** A connection ends, and why. */
  close?(reason: string): void;
  /** A lease was handed out. 0 when it did not wait. */
  acquire?(waitMs: number): void;
  /** A lease came back. */
  release?(heldMs: number): void;
  /** A lease is held too long. */
  leak?(report: LeakReport): void;
  /** A lease that was reported came back after all. */
  unleaked?(heldMs: number): void;
  /** The circuit changed its state. */
  circuit?(state: CircuitState): void;
  /** The next attempt is `delayMs` away; `attempt` counts from 1 since the last success. */
  reconnecting?(attempt: number, delayMs: number): void;
  /** All connections were declared unfit. */
  invalidate?(reason: string): void;
}
