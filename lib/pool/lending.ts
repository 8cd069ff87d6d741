/**
 * Who gets which connection: taking idle ones, waiting in line, giving back, handing over, and asking for more.
 *
 * Everything here happens between two awaits: a slot that is free is given to someone, or made idle, in the same
 * breath. Nothing is locked, since nothing is held across an await.
 *
 * ```txt
 *   acquire ── idle and fresh? ── yes ──► lease
 *      │ no
 *      ▼
 *   line ◄─ serves the oldest ─┬── deliver ◄─┬── given back ◄── reset, when it was left dirty
 *      │                       │             ├── checked
 *      │                       ▼             └── connected
 *      └── fill: check idle ones, connect     nobody waits ──► idle
 * ```
 *
 * @module
 */
import { CircuitBreaker, type CircuitState } from "../base/circuit_breaker.ts";
import { Deadlines } from "../base/deadlines.ts";
import { CircuitOpenError } from "../errors.ts";
import { Checks } from "./checks.ts";
import { Closing } from "./closing.ts";
import { Connects } from "./connects.ts";
import { missing } from "./demand.ts";
import type { Factory } from "./factory.ts";
import { Health } from "./health.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Leaks } from "./leaks.ts";
import { Lease, type LeaseOwner } from "./lease.ts";
import { PoolMetrics, type PoolStats } from "./metrics.ts";
import { fenced } from "./observer.ts";
import type { ResolvedOptions } from "./options.ts";
import { abortError, checkTimeout, closedError, poolTimeoutError, queueFullError } from "./refusals.ts";
import { nextTurn, type Slot, slotStates } from "./slot.ts";
import { Slots } from "./slots.ts";
import { statsOf } from "./stats.ts";
import { type LeaveReason, type Waiter, WaitingLine } from "./waiting_line.ts";
import { WarmUps } from "./warm_ups.ts";

/** What becomes of callers: served, held in line, or turned away. */
export type Mode = "running" | "suspended" | "closed";

/** One lease in so many has its use time measured; a power of two. */
const useSample = 64;

/** The traffic of connections between the factory, the idle ones and the callers. */
export class Lending<C, L extends Lease<C>> implements LeaseOwner<C> {
  /** Counters and distributions. */
  readonly metrics: PoolMetrics = new PoolMetrics();
  /** All slots. */
  readonly slots: Slots<C>;
  /** Everyone who waits. */
  readonly line: WaitingLine<C>;
  /** Ends connections. */
  readonly closing: Closing<C>;
  /** Makes connections. */
  readonly connects: Connects<C>;
  /** Whether connects are tried. */
  readonly circuit: CircuitBreaker;
  /** Deadlines of what somebody waits for. */
  readonly deadlines: Deadlines;
  /** Called when the last slot is gone. */
  onEmpty: () => void = () => {};
  readonly #options: ResolvedOptions<C, L>;
  readonly #factory: Factory<C>;
  readonly #resets: boolean;
  readonly #Lease: new (owner: LeaseOwner<C>, slot: Slot<C>) => L;
  readonly #health: Health<C>;
  readonly #leaks: Leaks<C>;
  readonly #housekeeping: Housekeeping<C>;
  /** Whether what is overdue is noticed by the next call only. */
  readonly #lazy: boolean;
  readonly #checks: Checks;
  readonly #warmUps = new WarmUps();
  #mode: Mode = "running";
  /** Whether an idle connection that bears no mark is leased without further questions. */
  #direct = false;
  #leases = 0;
  /** The time of this breath, if it was needed. */
  #breath: number | undefined = undefined;
  readonly #exhale = (): void => {
    this.#breath = undefined;
  };
  /** Connections that were declared unfit before the pool heard that they were made. */
  readonly #stillborn = new Map<C, string>();

  /** Sets the traffic up; nothing is opened yet. */
  constructor(factory: Factory<C>, options: ResolvedOptions<C, L>) {
    this.#options = options;
    this.#factory = factory;
    this.#resets = factory.reset !== undefined;
    this.#Lease = options.lease;
    const { clock, random } = options;
    const slots = this.slots = new Slots<C>(options.maxSize, options.idleOrder);
    const deadlines = this.deadlines = new Deadlines(clock);
    const parts = { slots, factory, clock, deadlines, options };
    this.line = new WaitingLine(deadlines, options.acquireTimeoutMs, this.#whyLeft);
    const health = this.#health = new Health(options, factory, clock);
    const leaks = this.#leaks = new Leaks(options, factory, this.#onLeak);
    this.#housekeeping = new Housekeeping({
      ...parts,
      health,
      leaks,
      minIdle: () => options.minIdle,
      onExpired: (slot) => this.#expire(slot),
      onIdleTooLong: (slot) => this.closing.close(slot, "idle"),
      onSilent: (slot) => this.#validate(slot),
    });
    this.#lazy = options.lifecycle === "request";
    this.#checks = new Checks(clock, deadlines, options.validateTimeoutMs);
    const circuit = this.circuit = new CircuitBreaker(options.circuitBreaker, clock, random, this.#onCircuit);
    const closing = this.closing = new Closing({ ...parts, onClose: this.#onClose, onGone: this.#onGone });
    this.connects = new Connects({
      ...parts,
      circuit,
      closing,
      onConnect: this.#onConnect,
      onFailure: this.#onFailure,
      onBackoff: this.#onBackoff,
      onRetry: () => this.fill(),
    });
    this.mode = "running";
  }

  /** What becomes of callers. */
  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#direct = mode === "running" && this.#health.byMark;
  }

  /** See `Pool.acquire`. */
  acquire(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<L> {
    const slot = this.#direct && signal?.aborted !== true ? this.#fresh() : undefined;
    if (slot === undefined) return this.#acquireSlowly(timeoutMs, signal);
    return Promise.resolve(this.#lendAtOnce(slot));
  }

  /** See `Pool.tryAcquire`. */
  tryAcquire(): L | undefined {
    if (this.#mode !== "running" || this.line.size > 0) return undefined;
    const slot = this.#nextIdle();
    return slot === undefined ? undefined : this.#lendAtOnce(slot);
  }

  /** See `Pool.reserve`. */
  reserve(urgent: boolean, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const slot = this.#direct && signal?.aborted !== true ? this.#fresh() : undefined;
    if (slot === undefined) return this.#waitShared(urgent, signal);
    const lease = this.#share(slot);
    this.#replenish();
    return Promise.resolve(lease);
  }

  /** See `Pool.tryReserve`. */
  tryReserve(signal: AbortSignal | undefined): Promise<Lease<C>> | undefined {
    const { line, slots } = this;
    const held = slots.count(slotStates.shared) + line.shared;
    if (this.#mode !== "running" || line.size > 0 || held + 2 > slots.maxSize) return undefined;
    const spare = slots.idle.size > 0 || (slots.room > 0 && !this.connects.down);
    return spare ? this.reserve(false, signal) : undefined;
  }

  /** See `Pool.warm`. */
  warm(count: number): Promise<void> {
    if (this.#mode === "closed") return Promise.reject(closedError());
    const target = Math.min(count, this.slots.maxSize);
    if (this.slots.open >= target) return Promise.resolve();
    if (this.connects.failsForSure) return Promise.reject(this.connects.lastError);
    const warmed = this.#warmUps.add(target);
    this.fill();
    return warmed;
  }

  /** See `Pool.poison`. */
  poison(connection: C, reason: string): void {
    const slot = this.slots.find(connection);
    if (slot !== undefined) this.condemn(slot, reason);
    else if (this.slots.count(slotStates.connecting) > 0) this.#stillborn.set(connection, reason);
  }

  /** Has a slot's connection closed: at once when nobody uses it, else as soon as it is free. */
  condemn(slot: Slot<C>, reason: string): void {
    const { state } = slot;
    const unused = state === slotStates.idle || state === slotStates.validating || state === slotStates.resetting;
    if (unused) this.closing.close(slot, reason);
    else if (slot.doomed === undefined) {
      slot.doomed = reason;
      const { onRetire } = this.#options;
      if (state !== slotStates.shared || onRetire === undefined || this.#mode === "closed") return;
      fenced(() => onRetire(slot.connection as C, reason));
    }
  }

  /** Turns everyone away from now on. */
  turnAway(): void {
    const error = closedError();
    this.mode = "closed";
    this.line.failAll(error);
    this.#warmUps.fail(error);
    this.connects.stop(error);
    this.#housekeeping.stop();
  }

  /** Serves whoever can be served and opens what is missing. Called whenever either may have changed. */
  fill(): void {
    if (this.#mode !== "running") return;
    this.#serveFromIdle();
    const { slots, line, connects } = this;
    const warm = this.#warmUps.target;
    const wanted = missing({
      waiting: line.size,
      connecting: slots.count(slotStates.connecting),
      validating: slots.count(slotStates.validating),
      idle: slots.idle.size - slots.retiring,
      open: slots.open,
      // What was refused for good is tried again for a caller only.
      minIdle: connects.isFatal ? 0 : this.#options.minIdle,
      warm,
    });
    connects.want(wanted, line.size + warm > 0);
  }

  /** Takes a connection back from its lease or from the shared lane. */
  giveBack(slot: Slot<C>): void {
    slot.turn = nextTurn(slot.turn);
    if (slot.leasedAt >= 0) this.#noteUse(slot);
    if (slot.doomed !== undefined) return this.closing.close(slot, slot.doomed);
    if (this.#resets && !this.#isClean(slot)) return;
    slot.touched = true;
    if (slot.stale || this.#lazy) this.#noteReturn(slot);
    if (this.line.size === 0 && slot.doomed === undefined) this.slots.move(slot, slotStates.idle);
    else this.#deliver(slot, this.#direct && !slot.stale);
    this.#housekeeping.touch();
  }

  /** Takes a connection back to close it. */
  discard(slot: Slot<C>, reason: string): void {
    if (slot.leasedAt >= 0) this.#noteUse(slot);
    this.closing.close(slot, reason);
  }

  /** Lets a connection go to whoever holds it. */
  letGo(slot: Slot<C>): void {
    if (slot.leasedAt >= 0) this.#noteUse(slot);
    slot.turn = nextTurn(slot.turn);
    this.slots.move(slot, slotStates.gone);
    this.#onGone();
  }

  /** The numbers now. */
  stats(): PoolStats {
    return statsOf(this.slots, this.metrics, this.#options.minIdle, this.line.size, this.circuit.state);
  }

  /** The next idle connection if it may be leased without further questions. */
  #fresh(): Slot<C> | undefined {
    const slot = this.slots.nextIdle();
    return slot === undefined || slot.stale || this.line.size > 0 ? undefined : slot;
  }

  #acquireSlowly(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<L> {
    const slot = signal?.aborted !== true ? this.#fit() : undefined;
    return slot === undefined ? this.#wait(timeoutMs, signal) as Promise<L> : Promise.resolve(this.#lendAtOnce(slot));
  }

  /** The next idle connection if it needs no check; looks at the clock and closes what is overdue. */
  #fit(): Slot<C> | undefined {
    if (this.#mode !== "running" || this.line.size > 0) return undefined;
    const slot = this.#nextIdle();
    return slot === undefined || this.#health.needsCheck(slot) ? undefined : slot;
  }

  #nextIdle(): Slot<C> | undefined {
    let slot = this.slots.nextIdle();
    if (!this.#lazy) return slot;
    const now = this.#options.clock.now();
    const { idleTimeoutMs } = this.#options;
    for (; slot !== undefined; slot = this.slots.nextIdle()) {
      if (slot.expiresAt <= now) this.closing.close(slot, "lifetime");
      else if (idleTimeoutMs > 0 && slot.idleSince + idleTimeoutMs <= now) this.closing.close(slot, "idle");
      else return slot;
    }
    return undefined;
  }

  #lendAtOnce(slot: Slot<C>): L {
    this.metrics.acquiredAtOnce++;
    const lease = this.#lend(slot, 0);
    this.#replenish();
    return lease;
  }

  /** An idle connection was taken: there may be too few now. */
  #replenish(): void {
    if (this.slots.idle.size < this.#options.minIdle && this.slots.room > 0) this.fill();
  }

  #lend(slot: Slot<C>, waitMs: number): L {
    const { maxUses, observer, clock } = this.#options;
    this.slots.move(slot, slotStates.leased);
    if (++slot.uses === maxUses) slot.doomed = "uses";
    const timed = (++this.#leases & (useSample - 1)) === 0 || observer !== undefined || this.#leaks.on;
    slot.leasedAt = timed ? clock.now() : -0.5;
    if (observer !== undefined) fenced(() => observer.acquire?.(waitMs));
    const lease = new this.#Lease(this, slot);
    if (this.#leaks.on) this.#watch(slot, lease);
    return lease;
  }

  #watch(slot: Slot<C>, lease: L): void {
    this.#leaks.lent(slot, lease);
    this.#housekeeping.touch();
  }

  #share(slot: Slot<C>): Lease<C> {
    this.slots.move(slot, slotStates.shared);
    slot.leasedAt = -0.5;
    return new Lease(this, slot);
  }

  /** Waits in line for a lease; `timeoutMs` is given when it is not the usual. */
  #wait(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<Lease<C>> {
    try {
      if (timeoutMs !== undefined) checkTimeout(timeoutMs);
      this.#admit(signal, false);
    } catch (error) {
      return Promise.reject(error);
    }
    const lease = timeoutMs === undefined && signal === undefined
      ? this.line.join(this.#now())
      : this.line.joinLimited(this.#options.clock.now(), timeoutMs ?? this.#options.acquireTimeoutMs, signal);
    this.#seeToLine();
    return lease;
  }

  #waitShared(urgent: boolean, signal: AbortSignal | undefined): Promise<Lease<C>> {
    try {
      this.#admit(signal, true);
    } catch (error) {
      return Promise.reject(error);
    }
    const lease = this.line.joinShared(this.#now(), urgent, signal);
    this.#seeToLine();
    return lease;
  }

  /** Someone joined: serves him, has a connection made for him, or tells whoever could give one up. */
  #seeToLine(): void {
    const { slots, line } = this;
    if (slots.room > 0 || slots.idle.size > 0) this.fill();
    const { onWaiter } = this.#options;
    if (onWaiter === undefined || slots.room > 0) return;
    const underWay = slots.count(slotStates.connecting) + slots.count(slotStates.validating);
    if (line.size > underWay) fenced(onWaiter);
  }

  /** The time, read once for all that happens in the same breath. */
  #now(): number {
    if (this.#breath === undefined) {
      this.#breath = this.#options.clock.now();
      queueMicrotask(this.#exhale);
    }
    return this.#breath;
  }

  /** Throws when there is no use in waiting. */
  #admit(signal: AbortSignal | undefined, shared: boolean): void {
    if (this.#mode === "closed") throw closedError();
    if (signal?.aborted) {
      this.metrics.cancelled++;
      throw abortError(signal, 0);
    }
    const { line, connects } = this;
    const { maxWaiters } = this.#options;
    let refusal: unknown;
    if (!shared && maxWaiters > 0 && line.size >= maxWaiters) refusal = queueFullError(line.size);
    else if (this.slots.idle.size > 0) return;
    else if (connects.failsForSure) refusal = connects.lastError;
    else if (!shared && this.#isOpen()) refusal = this.#circuitError();
    else return;
    this.metrics.refused++;
    throw refusal;
  }

  /** Gives a free connection to the oldest waiter, or makes it idle. `proven`: it needs no check. */
  #deliver(slot: Slot<C>, proven: boolean): void {
    if (slot.doomed !== undefined) return this.closing.close(slot, slot.doomed);
    if (this.line.size === 0 || this.#mode !== "running") return this.#rest(slot);
    if (!proven && this.#health.needsCheck(slot)) return this.#validate(slot);
    this.#serveNext(slot);
  }

  /** Makes a connection idle; it may have been opened in the place of another one. */
  #rest(slot: Slot<C>): void {
    const { slots } = this;
    slots.move(slot, slotStates.idle);
    if (slots.retiring === 0) return;
    for (const idle of slots.idle) {
      if (slots.idle.size - slots.retiring < this.#options.minIdle) return;
      if (idle.doomed !== undefined) this.closing.close(idle, idle.doomed);
    }
  }

  /** An idle connection that is needed stays until there is another in its place, if there is room for both. */
  #expire(slot: Slot<C>): void {
    const { slots } = this;
    const isNeeded = slots.idle.size - slots.retiring <= this.#options.minIdle && slots.room > 0;
    if (slot.state !== slotStates.idle || !isNeeded) return this.condemn(slot, "lifetime");
    slots.retire(slot, "lifetime");
    this.fill();
  }

  readonly #onLeak = (slot: Slot<C>, isNews: boolean, reclaim: boolean): void => {
    if (isNews) this.metrics.leaks++;
    if (!reclaim) return;
    slot.leakedTurn = slot.turn;
    this.closing.close(slot, "leak");
  };

  /** Gives a connection to the oldest waiter; there is one. */
  #serveNext(slot: Slot<C>): void {
    const waiter = this.line.next() as Waiter<C>;
    if (slot.state >= slotStates.leased) this.metrics.handOvers++;
    if (waiter.shared) return waiter.settle(this.#share(slot));
    const waitMs = this.#now() - waiter.startedAt;
    this.metrics.acquiredAfterWait++;
    this.metrics.wait.record(waitMs);
    waiter.settle(this.#lend(slot, waitMs));
  }

  /** Idle connections and waiters meet after a pause or when a check is needed first. */
  #serveFromIdle(): void {
    const { line, slots } = this;
    while (line.size > 0) {
      const slot = this.#nextIdle();
      if (slot === undefined) return;
      if (!this.#health.needsCheck(slot)) this.#serveNext(slot);
      else if (line.size > slots.count(slotStates.validating)) this.#validate(slot);
      else return;
    }
  }

  #validate(slot: Slot<C>): void {
    this.slots.move(slot, slotStates.validating);
    this.#checks.run(slot, this.#health.ask(slot), this.#onValidated);
  }

  readonly #onValidated = (slot: Slot<C>, passed: boolean): void => {
    if (passed) {
      this.#health.prove(slot);
      this.#housekeeping.touch();
      return this.#deliver(slot, true);
    }
    this.closing.close(slot, "validation");
    // What happened to one has probably happened to all: they are asked at the same time, not one after the other.
    for (const other of [...this.slots]) if (other.state === slotStates.idle) this.#validate(other);
  };

  /** Undoes what the last user left behind; `false` when that takes time or was in vain. */
  #isClean(slot: Slot<C>): boolean {
    let clean: boolean | Promise<boolean> | undefined = false;
    try {
      clean = this.#factory.reset?.(slot.connection as C);
    } catch {
      // A reset that throws leaves the connection in an unknown state, like one that fails.
    }
    if (clean === true) return true;
    if (clean === false || clean === undefined) this.closing.close(slot, "dirty");
    else {
      this.slots.move(slot, slotStates.resetting);
      this.#checks.run(slot, clean, this.#onReset);
    }
    return false;
  }

  readonly #onReset = (slot: Slot<C>, passed: boolean): void => {
    if (!passed) return this.closing.close(slot, "dirty");
    this.#health.prove(slot);
    slot.touched = true;
    this.#housekeeping.touch();
    this.#deliver(slot, true);
  };

  readonly #onConnect = (slot: Slot<C>, elapsedMs: number): void => {
    const { clock, maxLifetimeMs, maxLifetimeJitter, random, observer } = this.#options;
    const connection = slot.connection as C;
    slot.bornAt = slot.aliveAt = slot.idleSince = clock.now();
    slot.patience = 1 - random() / 10;
    slot.touched = true;
    if (maxLifetimeMs > 0) slot.expiresAt = slot.bornAt + maxLifetimeMs * (1 - maxLifetimeJitter * random());
    slot.doomed ??= this.#stillborn.get(connection);
    if (this.slots.count(slotStates.connecting) === 1) this.#stillborn.clear();
    this.metrics.connect.record(elapsedMs);
    if (observer !== undefined) fenced(() => observer.connect?.(elapsedMs));
    this.#housekeeping.touch();
    this.#deliver(slot, true);
    this.#warmUps.reached(this.slots.open);
    this.fill();
  };

  readonly #onFailure = (error: unknown, fatal: boolean): void => {
    const { observer } = this.#options;
    this.metrics.connectFailed(error);
    if (observer !== undefined) fenced(() => observer.connectFailed?.(error));
    this.#warmUps.fail(error);
    if (fatal) this.line.failAll(error);
    else if (this.#isOpen()) this.line.failAll(this.#circuitError(), true);
    this.fill();
  };

  readonly #onBackoff = (attempt: number, delayMs: number): void => {
    const { observer } = this.#options;
    if (observer !== undefined) fenced(() => observer.reconnecting?.(attempt, delayMs));
  };

  readonly #onCircuit = (state: CircuitState): void => {
    const { observer } = this.#options;
    if (observer !== undefined) fenced(() => observer.circuit?.(state));
  };

  readonly #onClose = (reason: string): void => {
    const { observer } = this.#options;
    this.metrics.closed(reason);
    if (observer !== undefined) fenced(() => observer.close?.(reason));
  };

  readonly #onGone = (): void => {
    if (this.slots.total === 0) this.onEmpty();
    this.fill();
  };

  /** Whether the circuit turns callers away: it is open, and not yet due for the probe that a caller may cause. */
  #isOpen(): boolean {
    const { state, waitMs } = this.circuit;
    return this.#options.circuitBreaker.whenOpen === "reject" &&
      (state === "half_open" || (state === "open" && waitMs > 0));
  }

  #circuitError(): CircuitOpenError {
    return new CircuitOpenError(this.circuit.waitMs, { phase: "acquire", cause: this.connects.lastError });
  }

  readonly #whyLeft = (waiter: Waiter<C>, reason: LeaveReason): unknown => {
    const elapsedMs = this.#options.clock.now() - waiter.startedAt;
    if (this.line.size === 0) this.fill();
    if (reason === "abort") {
      this.metrics.cancelled++;
      return abortError(waiter.limit?.signal, elapsedMs);
    }
    this.metrics.timedOut++;
    this.metrics.wait.record(elapsedMs);
    return poolTimeoutError(elapsedMs, this.stats(), this.connects.lastError);
  };

  /** What housekeeping would note later, or what it noted is no longer true. */
  #noteReturn(slot: Slot<C>): void {
    const { clock } = this.#options;
    if (slot.stale) this.#health.returned(slot);
    if (!this.#lazy) return;
    slot.idleSince = clock.now();
    this.#health.used(slot, slot.idleSince);
    if (slot.expiresAt <= slot.idleSince) slot.doomed = "lifetime";
  }

  #noteUse(slot: Slot<C>): void {
    if (this.#leaks.on) this.#leaks.over(slot);
    const { clock, observer } = this.#options;
    const heldMs = clock.now() - slot.leasedAt;
    slot.leasedAt = -0.5;
    this.metrics.use.record(heldMs);
    if (observer !== undefined) fenced(() => observer.release?.(heldMs));
  }
}
