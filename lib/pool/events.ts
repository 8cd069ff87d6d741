/**
 * What happens in the pool, counted and told.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import { fenced } from "../base/fenced.ts";
import { PoolMetrics } from "./metrics.ts";
import type { LeakReport, PoolObserver } from "./observer.ts";

/** Counts events and passes them on to the observer, if there is one. */
export class Events {
  /** The counts. */
  readonly metrics: PoolMetrics = new PoolMetrics();
  /** Whether somebody observes. */
  readonly observed: boolean;
  readonly #observer: PoolObserver | undefined;

  /** Makes the counts, all zero. */
  constructor(observer: PoolObserver | undefined) {
    this.#observer = observer;
    this.observed = observer !== undefined;
  }

  /** A connection was made. */
  connected(elapsedMs: number): void {
    this.metrics.connect.record(elapsedMs);
    this.#tell((observer) => observer.connect?.(elapsedMs));
  }

  /** An attempt to connect failed. */
  connectFailed(error: unknown): void {
    this.metrics.connectFailed(error);
    this.#tell((observer) => observer.connectFailed?.(error));
  }

  /** The next attempt is some time away. */
  backedOff(attempt: number, delayMs: number): void {
    this.#tell((observer) => observer.reconnecting?.(attempt, delayMs));
  }

  /** The circuit changed its state. */
  circuit(state: CircuitState): void {
    this.#tell((observer) => observer.circuit?.(state));
  }

  /** A connection ends. */
  closed(reason: string): void {
    this.metrics.closed(reason);
    this.#tell((observer) => observer.close?.(reason));
  }

  /** A lease was handed out. Counted elsewhere, since it is the one event that is frequent. */
  acquired(waitMs: number): void {
    this.#tell((observer) => observer.acquire?.(waitMs));
  }

  /** A lease whose time was taken came back. */
  released(heldMs: number): void {
    this.metrics.use.record(heldMs);
    this.#tell((observer) => observer.release?.(heldMs));
  }

  /** A lease is held too long; `isNews` when it was not reported before. */
  leaked(report: LeakReport, isNews: boolean): void {
    if (isNews) this.metrics.leaks++;
    this.#tell((observer) => observer.leak?.(report));
  }

  /** A lease that was reported came back. */
  unleaked(heldMs: number): void {
    this.#tell((observer) => observer.unleaked?.(heldMs));
  }

  /** All connections were declared unfit. */
  invalidated(reason: string): void {
    this.#tell((observer) => observer.invalidate?.(reason));
  }

  #tell(event: (observer: PoolObserver) => unknown): void {
    const observer = this.#observer;
    if (observer !== undefined) fenced(() => event(observer));
  }
}
