/**
 * Reads the pool's numbers.
 *
 * @module
 */
import type { CircuitBreaker } from "../base/circuit_breaker.ts";
import { Durations } from "../observability/durations.ts";
import type { PoolCounts, PoolStats } from "../observability/stats.ts";
import type { PoolMetrics } from "./metrics.ts";
import { slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** Reads the counts. */
export function countsOf(
  slots: Slots<unknown>,
  metrics: PoolMetrics,
  minIdle: number,
  waiting: number,
  circuit: Pick<CircuitBreaker, "state" | "stateMs">,
): PoolCounts {
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
    circuit: circuit.state,
    circuitForMs: circuit.stateMs,
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
    unleaked: metrics.unleaked,
  };
}

/** Adds to the counts what they are made of, and the times. */
export function statsOf(counts: PoolCounts, metrics: PoolMetrics): PoolStats {
  return {
    ...counts,
    closesByReason: Object.fromEntries(metrics.closes),
    connectFailuresByCode: Object.fromEntries(metrics.connectFailures),
    wait: new Durations(metrics.wait),
    connect: new Durations(metrics.connect),
    use: new Durations(metrics.use),
  };
}

/** The sum over all labels. */
function sum(counts: Map<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
