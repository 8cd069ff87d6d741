/**
 * What the pool counts while it works.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import { Histogram } from "../base/histogram.ts";

/** The pool's numbers at one instant. */
export interface PoolStats {
  /** The limit for `total`. */
  readonly maxSize: number;
  /** How many are kept idle. */
  readonly minIdle: number;
  /** All slots; the sum of the seven that follow. */
  readonly total: number;
  /** Connections being opened. */
  readonly connecting: number;
  /** Connections being checked. */
  readonly validating: number;
  /** Connections nobody uses. */
  readonly idle: number;
  /** Connections that were acquired. */
  readonly leased: number;
  /** Connections of the shared lane. */
  readonly shared: number;
  /** Connections whose session state is being undone. */
  readonly resetting: number;
  /** Connections on their way out. */
  readonly closing: number;
  /** Callers in line, the shared lane included. */
  readonly waiting: number;
  /** Whether attempts to connect are made. */
  readonly circuit: CircuitState;
  /** Leases handed out at once. */
  readonly acquiredAtOnce: number;
  /** Leases handed out after a wait. */
  readonly acquiredAfterWait: number;
  /** Waits that took too long. */
  readonly timedOut: number;
  /** Waits that the caller's signal ended. */
  readonly cancelled: number;
  /** Acquires refused at once: the line was full, the circuit open, or connecting is known to fail. */
  readonly refused: number;
  /** Connections that went from one caller straight to the next. */
  readonly handOvers: number;
  /** Connections made. */
  readonly connects: number;
  /** Attempts to connect that failed. */
  readonly connectFailures: number;
  /** Connections closed. */
  readonly closes: number;
  /** Leases that were held for longer than `leakDetectionMs`. */
  readonly leaks: number;
}

/** Labels beyond this many are counted together, so that nothing from outside makes the maps grow. */
const maxLabels = 64;

/** Counters and distributions since the pool was made. They only grow. */
export class PoolMetrics {
  /** How long those waited who did not get a connection at once. */
  readonly wait: Histogram = new Histogram();
  /** How long connecting took. */
  readonly connect: Histogram = new Histogram();
  /** How long leases were held: one in 64, all of them when somebody observes. */
  readonly use: Histogram = new Histogram();
  /** Connections closed, by reason. */
  readonly closes: Map<string, number> = new Map();
  /** Attempts to connect that failed, by the error's code. */
  readonly connectFailures: Map<string, number> = new Map();
  /** Leases handed out at once. */
  acquiredAtOnce = 0;
  /** Leases handed out after a wait. */
  acquiredAfterWait = 0;
  /** Waits that took too long. */
  timedOut = 0;
  /** Waits that the caller's signal ended. */
  cancelled = 0;
  /** Acquires refused at once. */
  refused = 0;
  /** Connections that went from one caller straight to the next. */
  handOvers = 0;
  /** Leases that were held for longer than `leakDetectionMs`. */
  leaks = 0;

  /** Counts a closed connection. */
  closed(reason: string): void {
    increment(this.closes, reason);
  }

  /** Counts an attempt that failed. */
  connectFailed(error: unknown): void {
    const code = (error as { code?: unknown } | undefined)?.code;
    increment(this.connectFailures, typeof code === "string" ? code : "UNKNOWN");
  }
}

function increment(counts: Map<string, number>, label: string): void {
  const key = counts.has(label) || counts.size < maxLabels ? label : "OTHER";
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
