/**
 * The errors of callers who get no connection.
 *
 * @module
 */
import { AbortError, ArgumentError, BackpressureError, PoolError, TimeoutError } from "../errors.ts";
import type { PoolCounts } from "../observability/stats.ts";

/** The pool was closed. */
export function closedError(): PoolError {
  return new PoolError("POOL_CLOSED", "the pool is closed", { phase: "acquire" });
}

/** The caller's signal fired. */
export function abortError(signal: AbortSignal | undefined, elapsedMs: number): AbortError {
  const message = "the wait for a connection was aborted by its signal";
  return new AbortError("ABORTED", message, { phase: "acquire", cause: signal?.reason, elapsedMs });
}

/** Nobody may join the line any more. */
export function queueFullError(waiting: number): BackpressureError {
  return new BackpressureError("POOL_QUEUE_FULL", `${waiting} callers wait for a connection already`, {
    phase: "acquire",
    retryable: true,
  });
}

/** The wait took too long; `cause` is why connecting failed, if it did. */
export function poolTimeoutError(elapsedMs: number, stats: PoolCounts, cause: unknown): TimeoutError {
  const { total, maxSize, leased, shared, idle, connecting, waiting } = stats;
  const message = `no connection within ${Math.round(elapsedMs)} ms: ${total} of ${maxSize} open ` +
    `(${leased} leased, ${shared} shared, ${idle} idle, ${connecting} connecting), ${waiting} more waiting` +
    (cause === undefined ? "" : "; connecting fails");
  const error = new TimeoutError("POOL_TIMEOUT", message, { phase: "acquire", retryable: true, elapsedMs, cause });
  error.stats = stats;
  return error;
}

/** A number of connections makes no sense. */
export function countError(): ArgumentError {
  return new ArgumentError("INVALID_OPTION", "count must be a whole number, 0 or more", "count");
}

/** Throws when a timeout is not a number of milliseconds. */
export function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs === "number" && timeoutMs >= 0) return;
  throw new ArgumentError("INVALID_OPTION", "timeoutMs must be a number of milliseconds, 0 or more", "timeoutMs");
}
