/**
 * The pool's numbers at one instant.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import type { PoolMetrics } from "./metrics.ts";
import { slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

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

/** Reads the numbers. */
export function statsOf(
  slots: Slots<unknown>,
  metrics: PoolMetrics,
  minIdle: number,
  waiting: number,
  circuit: CircuitState,
): PoolStats {
  return {
    maxSize: slots.maxSize,
    minIdle,
    total: slots.total,
    connecting: slots.count(slotStates.connecting),
    validating: slots.count(slotStates.validating),
    idle: slots.count(slotStates.idle),
    leased: slots.count(slotStates.leased),
    shared: slots.count(slotStates.shared),
    resetting: slots.count(slotStates.resetting),
    closing: slots.count(slotStates.closing),
    waiting,
    circuit,
    acquiredAtOnce: metrics.acquiredAtOnce,
    acquiredAfterWait: metrics.acquiredAfterWait,
    timedOut: metrics.timedOut,
    cancelled: metrics.cancelled,
    refused: metrics.refused,
    handOvers: metrics.handOvers,
    connects: metrics.connect.count,
    connectFailures: sum(metrics.connectFailures),
    closes: sum(metrics.closes),
    leaks: metrics.leaks,
  };
}

/** The sum over all labels. */
function sum(counts: Map<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
