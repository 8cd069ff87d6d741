/**
 * Reads the pool's numbers.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import type { PoolMetrics, PoolStats } from "./metrics.ts";
import { slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

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
