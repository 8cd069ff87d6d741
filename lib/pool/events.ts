/**
 * What happens in the pool, counted and told.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import { fenced } from "../base/fenced.ts";
import type { LeakReport, PoolObserver } from "../observability/observer.ts";
import { PoolMetrics } from "./metrics.ts";

/** Counts events and passes them on to whoever observes. */
export class Events {
  /** The counts. */
  readonly metrics: PoolMetrics = new PoolMetrics();
  /** Whether somebody hears of leases: every one is timed then. */
  observed = false;
  #observers: readonly { observer: PoolObserver }[] = [];

  /** Makes the counts, all zero. */
  constructor(observer: PoolObserver | undefined) {
    if (observer !== undefined) this.add(observer);
  }

  /** Tells one more. Returns what ends it; the same observer may be added more than once. */
  add(observer: PoolObserver): () => void {
    // A fresh list, since one may be walked at this moment; an entry of its own, so that each end takes one out.
    const entry = { observer };
    this.#observe([...this.#observers, entry]);
    return () => this.#observe(this.#observers.filter((other) => other !== entry));
  }

  #observe(observers: readonly { observer: PoolObserver }[]): void {
    this.#observers = observers;
    this.observed = observers.some(({ observer }) => hears(observer, "acquire") || hears(observer, "release"));
  }

  /** A connection was made; `isFirst` when there was none before. */
  connected(elapsedMs: number, isFirst: boolean): void {
    this.metrics.connect.record(elapsedMs);
    this.#tell((observer) => observer.connect?.(elapsedMs));
    if (isFirst) this.#tell((observer) => observer.ready?.());
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

  /** Someone got no lease. Counted elsewhere, by the reason. */
  acquireFailed(error: unknown, waitMs: number): void {
    this.#tell((observer) => observer.acquireFailed?.(error, waitMs));
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
    this.metrics.unleaked++;
    this.#tell((observer) => observer.unleaked?.(heldMs));
  }

  /** All connections were declared unfit. */
  invalidated(reason: string): void {
    this.#tell((observer) => observer.invalidate?.(reason));
  }

  #tell(event: (observer: PoolObserver) => unknown): void {
    for (const { observer } of this.#observers) fenced(() => event(observer));
  }
}

/** Whether an observer has a method; a look at the user's object is fenced, too. */
function hears(observer: PoolObserver, method: keyof PoolObserver): boolean {
  let has = false;
  fenced(() => void (has = observer[method] !== undefined));
  return has;
}
