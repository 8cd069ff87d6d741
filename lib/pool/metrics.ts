/**
 * What the pool counts while it works.
 *
 * @module
 */
import { Histogram } from "../base/histogram.ts";
import { countLabel, labelOf } from "../observability/labels.ts";

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
  /** Those of them that came back after all. */
  unleaked = 0;

  /** Counts a closed connection. */
  closed(reason: string): void {
    countLabel(this.closes, reason);
  }

  /** Counts an attempt that failed. */
  connectFailed(error: unknown): void {
    countLabel(this.connectFailures, labelOf(error));
  }
}
