/**
 * A pool over any type of connection.
 *
 * @module
 */
import { TimeoutError } from "../errors.ts";
import type { PoolObserver } from "../observability/observer.ts";
import type { PoolCounts, PoolStats } from "../observability/stats.ts";
import type { Factory } from "./factory.ts";
import type { Lease } from "./lease.ts";
import { Lending } from "./lending.ts";
import type { PoolMetrics } from "./metrics.ts";
import { type PoolOptions, type ResolvedOptions, resolveLimits, resolveOptions } from "./options.ts";
import { checkTimeout, closedError } from "./refusals.ts";
import { slotStates } from "./slot.ts";

/** How to acquire. */
export interface AcquireOptions {
  /** How long it may take, in milliseconds; `acquireTimeoutMs` when left out, 0: for ever. */
  timeoutMs?: number | undefined;
  /** Ends the wait. A connection that is being opened for it is kept for the next one. */
  signal?: AbortSignal | undefined;
}

/** How to reserve. */
export interface ReserveOptions {
  /** Whether it goes ahead of everyone who waits for a lease. */
  urgent: boolean;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** How long `close` waits for leases when it is not told. */
const closeTimeoutMs = 5000;

/** The longest that a timer of any runtime can wait, almost 25 days. */
const longestMs = 2 ** 31 - 1;

/**
 * Keeps connections and leases them out.
 *
 * An idle connection is leased at once, the one used last first. Otherwise callers wait strictly in order; a connection
 * that is given back goes straight to the oldest of them. The pool opens connections on its own account, never more
 * than `maxSize` at any time, and closes those that are too old, idle for too long, or unfit.
 *
 * @example
 * ```ts
 * import { Pool } from "@respool/respool/pool";
 *
 * let made = 0;
 * const pool = new Pool({ connect: () => Promise.resolve(++made), destroy: () => {} }, { maxSize: 2 });
 * const [a, b] = await Promise.all([pool.acquire(), pool.acquire()]);
 * console.log(a.connection + b.connection); // 3
 * a.release();
 * b.release();
 * await pool.close();
 * ```
 */
export class Pool<C, L extends Lease<C> = Lease<C>> implements AsyncDisposable {
  /** Counters and distributions since the pool was made. */
  readonly metrics: PoolMetrics;
  readonly #options: ResolvedOptions<C, L>;
  readonly #lending: Lending<C, L>;
  #closed: Promise<void> | undefined;
  #emptied: Promise<void> | undefined;

  /**
   * Makes a pool; nothing is opened yet.
   *
   * @throws {ArgumentError} INVALID_OPTION when an option is unknown or out of range.
   */
  constructor(factory: Factory<C>, options?: PoolOptions<C, L>) {
    this.#options = resolveOptions(options);
    this.#lending = new Lending(factory, this.#options);
    this.metrics = this.#lending.events.metrics;
  }

  /** Why the last attempt to connect failed; `undefined` once one has worked. */
  get lastConnectError(): unknown {
    return this.#lending.supply.connects.lastError;
  }

  /**
   * Takes a connection out. An idle one is there at once; otherwise the caller waits in line, one budget of time for
   * the wait, the connect and the check. Giving up ends the wait only: a connection on its way serves the next caller.
   *
   * @throws {TimeoutError} POOL_TIMEOUT when none came in time; `stats` and `cause` say why.
   * @throws {AbortError} ABORTED when the signal fired.
   * @throws {BackpressureError} POOL_QUEUE_FULL when `maxWaiters` wait already.
   * @throws {CircuitOpenError} CIRCUIT_OPEN when connecting fails and `whenOpen` is `"reject"`.
   * @throws {PoolError} POOL_CLOSED when the pool was closed.
   */
  acquire(options?: AcquireOptions): Promise<L> {
    if (options === undefined) return this.#lending.acquire(undefined, undefined);
    return this.#lending.acquire(options.timeoutMs, options.signal);
  }

  /** Takes an idle connection out, checked or not; `undefined` when there is none. Opens and checks nothing. */
  tryAcquire(): L | undefined {
    return this.#lending.tryAcquire();
  }

  /** Acquires, calls `fn`, and releases whatever becomes of it. Throws what `acquire` and `fn` throw. */
  async use<T>(fn: (lease: L) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    const lease = await this.acquire(options);
    try {
      return await fn(lease);
    } finally {
      lease.release();
    }
  }

  /**
   * Takes a connection for the shared lane: its state is `shared`, it never counts as idle. There is no time limit; the
   * wait ends with the connection, a fatal error, the signal or the end of the pool.
   *
   * @throws {AbortError} ABORTED when the signal fired.
   * @throws {PoolError} POOL_CLOSED when the pool was closed.
   */
  reserve(options: ReserveOptions): Promise<Lease<C>> {
    return this.#lending.reserve(options.urgent, options.signal);
  }

  /**
   * Takes a further connection for the shared lane if nobody has to wait for it: there is an idle one or room for
   * another, the line is empty, and at least one slot is left to leases.
   *
   * @returns `undefined` when that is not so; nothing was done then.
   */
  tryReserve(signal?: AbortSignal): Promise<Lease<C>> | undefined {
    return this.#lending.tryReserve(signal);
  }

  /** Opens `minIdle` connections, at least one. Rejects with the error of the first attempt that fails. */
  ready(): Promise<void> {
    return this.warm(Math.max(1, this.#options.minIdle));
  }

  /**
   * Opens connections until there are `count`, those in use included; at most `maxSize`. Rejects with the error of the
   * first attempt that fails.
   *
   * @throws {ArgumentError} INVALID_OPTION when `count` is not a whole number from 0.
   * @throws {PoolError} POOL_CLOSED when the pool was closed.
   */
  warm(count: number): Promise<void> {
    return this.#lending.warm(count);
  }

  /**
   * Declares a connection unfit. An idle one is closed at once; one in use when it is given back.
   *
   * @param reason Ends up in the metrics; use few different words.
   */
  poison(connection: C, reason: string): void {
    this.#lending.poison(connection, reason);
  }

  /**
   * Says that the server does not answer, as far as somebody beside the pool can tell. Opens the circuit; connections
   * that there are stay as they are, and the next one that is made closes it again.
   *
   * @param error Why it seems so; becomes `lastConnectError`.
   */
  distrust(error: unknown): void {
    if (this.#lending.mode !== "closed") this.#lending.supply.connects.distrust(error);
  }

  /** Declares all connections unfit: idle ones are closed now, those in use when they are given back. */
  invalidate(reason: string): void {
    this.#condemnAll(reason);
    this.#lending.events.invalidated(reason);
    this.#lending.supply.fill();
  }

  /**
   * Changes the limits; one that is left out stays. When there are too many connections now, idle ones are closed
   * first and the rest as they are given back. Whoever warms the pool waits for `maxSize` connections at most.
   *
   * @throws {ArgumentError} INVALID_OPTION when a number is out of range, or `minIdle` beyond `maxSize`.
   */
  resize(limits: { maxSize?: number | undefined; minIdle?: number | undefined }): void {
    const { maxSize, minIdle } = resolveLimits(limits, this.#options);
    this.#options.maxSize = this.#lending.slots.maxSize = maxSize;
    this.#options.minIdle = minIdle;
    this.#shrink();
    this.#lending.supply.limitWarming();
    this.#lending.supply.fill();
  }

  /** Holds everyone in line until `resume`; opens nothing. Leases that are out stay out. */
  suspend(): void {
    if (this.#lending.mode !== "running") return;
    this.#lending.mode = "suspended";
    this.#lending.supply.connects.want(0, false);
  }

  /** Serves the line again. */
  resume(): void {
    if (this.#lending.mode !== "suspended") return;
    this.#lending.mode = "running";
    this.#lending.supply.fill();
  }

  /**
   * Has an observer told of what happens from now on: like the option `observer`, for whoever comes later.
   *
   * @returns What ends it.
   */
  observe(observer: PoolObserver): () => void {
    return this.#lending.events.add(observer);
  }

  /** The numbers now, those of earlier included. Takes some microseconds; nobody who acquires pays for it. */
  stats(): PoolStats {
    return this.#lending.stats();
  }

  /** The counts alone, which take a fraction of that. */
  counts(): PoolCounts {
    return this.#lending.counts();
  }

  /**
   * Ends the pool: whoever waits is rejected, idle connections are closed, leases may finish. Calling it again returns
   * the same promise.
   *
   * @param options `timeoutMs`: how long leases may take, 5000 when left out, 0: for ever.
   * @throws {TimeoutError} CLOSE_TIMEOUT when a lease was still out then; its connection was destroyed.
   * @throws {ArgumentError} INVALID_OPTION when `timeoutMs` is not a number of milliseconds; the pool goes on.
   */
  close(options: { timeoutMs?: number | undefined } = {}): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    const { timeoutMs = closeTimeoutMs } = options;
    try {
      checkTimeout(timeoutMs);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#closed = this.#close(timeoutMs);
  }

  /**
   * Rejects whoever waits for a lease, as `close` does, while the shared lane is still served: for a client whose
   * accepted commands may finish before it closes the pool.
   */
  turnLeasesAway(): void {
    this.#lending.line.failAll(closedError(), true);
  }

  /** Ends the pool at once: connections are destroyed under their leases. Resolves when all are gone; never rejects. */
  destroy(): Promise<void> {
    const { slots, closing } = this.#lending;
    this.#lending.turnAway();
    for (const slot of [...slots]) if (slot.state !== slotStates.closing) closing.close(slot, "closed");
    return this.#empty();
  }

  /** Closes the pool; leases that take too long are not an error here. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }

  async #close(timeoutMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#lending.turnAway();
    this.#condemnAll("closed");
    if (timeoutMs === 0) return await this.#empty();
    let late = false;
    const timer = clock.setTimer(
      () => {
        late = this.#lending.slots.total > 0;
        this.destroy();
      },
      Math.min(timeoutMs, longestMs),
      true,
    );
    await this.#empty();
    clock.clearTimer(timer);
    if (late) {
      throw new TimeoutError("CLOSE_TIMEOUT", `leases were still out after ${timeoutMs} ms`, { phase: "acquire" });
    }
  }

  /** Idle ones first: whoever gives a connection up wants another, which must be none of them. */
  #condemnAll(reason: string): void {
    const { idle } = this.#lending.slots;
    while (idle.first !== undefined) this.#lending.condemn(idle.first, reason);
    for (const slot of [...this.#lending.slots]) this.#lending.condemn(slot, reason);
  }

  /** Resolves when no slot is left. */
  #empty(): Promise<void> {
    return this.#emptied ??= new Promise((resolve) => {
      const done = () => {
        this.#lending.stop();
        resolve();
      };
      if (this.#lending.slots.total === 0) done();
      else this.#lending.onEmpty = done;
    });
  }

  /** Closes what is beyond `maxSize`: idle ones first, the longest idle one foremost. */
  #shrink(): void {
    const { slots } = this.#lending;
    const { closing, connecting, leased, resetting, shared, validating } = slotStates;
    const excess = () => slots.total - slots.count(closing) - slots.maxSize;
    while (excess() > 0 && slots.idle.first !== undefined) this.#lending.condemn(slots.idle.first, "resized");
    let doomed = 0;
    for (const slot of slots) if (slot.doomed !== undefined && slot.state !== closing) doomed++;
    // The shared lane does not hear of it: its connections go last.
    for (const state of [validating, resetting, connecting, leased, shared]) {
      for (const slot of slots) {
        if (doomed >= excess()) return;
        if (slot.state !== state || slot.doomed !== undefined) continue;
        this.#lending.condemn(slot, "resized");
        // What is not in use was closed at once.
        if (slot.state === state) doomed++;
      }
    }
  }
}
