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
import { Deadlines } from "../base/deadlines.ts";
import { fenced } from "../base/fenced.ts";
import type { PoolCounts, PoolStats } from "../observability/stats.ts";
import { Admission } from "./admission.ts";
import { Checks } from "./checks.ts";
import { Closing } from "./closing.ts";
import { Events } from "./events.ts";
import type { Factory } from "./factory.ts";
import { Handles } from "./handles.ts";
import { Health } from "./health.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Leaks } from "./leaks.ts";
import { IdleChoice } from "./idle_choice.ts";
import type { Lease, LeaseOwner } from "./lease.ts";
import type { ResolvedOptions } from "./options.ts";
import { closedError, countError } from "./refusals.ts";
import { nextTurn, type Slot, slotStates } from "./slot.ts";
import { Slots } from "./slots.ts";
import { countsOf, statsOf } from "./stats.ts";
import { Supply } from "./supply.ts";
import { TurnClock } from "./turn_clock.ts";
import { type Waiter, WaitingLine } from "./waiting_line.ts";

/** What becomes of callers: served, held in line, or turned away. */
export type Mode = "running" | "suspended" | "closed";

/** The traffic of connections between the factory, the idle ones and the callers. */
export class Lending<C, L extends Lease<C>> implements LeaseOwner<C> {
  /** Counts and tells what happens. */
  readonly events: Events;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Everyone who waits. */
  readonly line: WaitingLine<C>;
  /** Ends connections. */
  readonly closing: Closing<C>;
  /** Makes connections. */
  readonly supply: Supply<C, L>;
  /** Deadlines of what somebody waits for. */
  readonly deadlines: Deadlines;
  /** Called when the last slot is gone. */
  onEmpty: () => void = () => {};
  readonly #options: ResolvedOptions<C, L>;
  readonly #turnClock: TurnClock;
  readonly #admission: Admission<C, L>;
  readonly #health: Health<C>;
  readonly #idle: IdleChoice<C, L>;
  readonly #handles: Handles<C, L>;
  readonly #checks: Checks<C>;
  readonly #leaks: Leaks<C>;
  readonly #housekeeping: Housekeeping<C>;
  readonly #resets: boolean;
  #mode: Mode = "running";
  /** Whether an idle connection that bears no mark is leased without further questions. */
  #direct = false;

  /** Sets the traffic up; nothing is opened yet. */
  constructor(factory: Factory<C>, options: ResolvedOptions<C, L>) {
    const { clock, validateTimeoutMs: timeoutMs } = options;
    this.#options = options;
    this.#resets = factory.reset !== undefined;
    const events = this.events = new Events(options.observer);
    const slots = this.slots = new Slots<C>(options.maxSize, options.idleOrder);
    const deadlines = this.deadlines = new Deadlines(clock);
    const turnClock = this.#turnClock = new TurnClock(clock);
    const line = this.line = new WaitingLine(
      deadlines,
      options.acquireTimeoutMs,
      (waiter, reason) => this.#admission.whyLeft(waiter, reason),
    );
    const health = this.#health = new Health(options, factory, clock);
    const leaks = this.#leaks = new Leaks(options, factory, events, (slot) => this.#reclaim(slot));
    const parts = { options, factory, clock, events, slots, deadlines, line, health, leaks, timeoutMs };
    const closing = this.closing = new Closing({
      ...parts,
      onClose: (reason) => events.closed(reason),
      onGone: () => this.#onGone(),
    });
    this.#idle = new IdleChoice({ ...parts, closing });
    this.#handles = new Handles({ ...parts, owner: this, onWatch: () => this.#housekeeping.touch() });
    this.supply = new Supply({
      ...parts,
      closing,
      isRunning: () => this.#mode === "running",
      serve: () => this.#serveFromIdle(),
      onArrival: (slot) => this.#bringBack(slot),
    });
    this.#admission = new Admission({
      ...parts,
      turnClock,
      supply: this.supply,
      isClosed: () => this.#mode === "closed",
      counts: () => this.counts(),
    });
    this.#checks = new Checks({
      ...parts,
      onFit: (slot) => this.#bringBack(slot),
      onUnfit: (slot) => this.#castOut(slot),
      onClean: (slot) => this.#bringBack(slot),
      onDirty: (slot) => closing.close(slot, "dirty"),
    });
    this.#housekeeping = new Housekeeping({
      ...parts,
      minIdle: () => options.minIdle,
      onExpired: (slot) => this.#expire(slot),
      onIdleTooLong: (slot) => closing.close(slot, "idle"),
      onSilent: (slot) => this.#checks.validate(slot),
      onSharedSilent: ({ connection }) => fenced(() => options.onSilent?.(connection as C)),
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
    const slot = this.#direct && signal?.aborted !== true ? this.#idle.fresh() : undefined;
    if (slot !== undefined) return Promise.resolve(this.#lendAtOnce(slot));
    if (this.slots.idle.size > 0) return this.#acquireSlowly(timeoutMs, signal);
    return this.#wait(timeoutMs, signal);
  }

  /** See `Pool.tryAcquire`. */
  tryAcquire(): L | undefined {
    if (this.#mode !== "running" || this.line.size > 0) return undefined;
    const slot = this.#idle.next();
    return slot === undefined ? undefined : this.#lendAtOnce(slot);
  }

  /** See `Pool.reserve`. */
  reserve(urgent: boolean, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const slot = this.#direct && signal?.aborted !== true ? this.#idle.fresh() : undefined;
    if (slot === undefined) return this.#admission.waitShared(urgent, signal);
    const lease = this.#handles.share(slot);
    this.#replenish();
    return Promise.resolve(lease);
  }

  /** See `Pool.tryReserve`. */
  tryReserve(signal: AbortSignal | undefined): Promise<Lease<C>> | undefined {
    const { line, slots } = this;
    const held = slots.count(slotStates.shared) + line.shared;
    if (this.#mode !== "running" || line.size > 0 || held + 2 > slots.maxSize) return undefined;
    const spare = slots.idle.size > 0 || (slots.room > 0 && !this.supply.connects.down);
    return spare ? this.reserve(false, signal) : undefined;
  }

  /** See `Pool.warm`. */
  warm(count: number): Promise<void> {
    if (this.#mode === "closed") return Promise.reject(closedError());
    if (!Number.isSafeInteger(count) || count < 0) return Promise.reject(countError());
    return this.supply.warm(count);
  }

  /** See `Pool.poison`. */
  poison(connection: C, reason: string): void {
    const slot = this.slots.find(connection);
    if (slot !== undefined) this.condemn(slot, reason);
    else this.supply.refuse(connection, reason);
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
    this.supply.stop(error);
  }

  /** Nothing is left that time could be up for. */
  stop(): void {
    this.deadlines.stop();
    this.#housekeeping.stop();
  }

  /** Takes a connection back from its lease or from the shared lane. */
  giveBack(slot: Slot<C>): void {
    slot.turn = nextTurn(slot.turn);
    if (!this.#handles.end(slot)) return;
    if (slot.doomed !== undefined) return this.closing.close(slot, slot.doomed);
    if (this.#resets && !this.#checks.isClean(slot)) return;
    slot.touched = true;
    if (slot.stale || this.#idle.lazy) this.#idle.returned(slot);
    this.#deliver(slot, this.#direct && !slot.stale);
    this.#housekeeping.touch();
  }

  /** Takes a connection back to close it. */
  discard(slot: Slot<C>, reason: string): void {
    if (!this.#handles.end(slot)) return;
    this.closing.close(slot, reason);
  }

  /** Lets a connection go to whoever holds it. */
  letGo(slot: Slot<C>): void {
    if (!this.#handles.end(slot)) return;
    slot.turn = nextTurn(slot.turn);
    this.slots.move(slot, slotStates.gone);
    this.#onGone();
  }

  /** The numbers now. */
  stats(): PoolStats {
    return statsOf(this.counts(), this.events.metrics);
  }

  /** The counts alone. */
  counts(): PoolCounts {
    return countsOf(this.slots, this.events.metrics, this.#options.minIdle, this.line.size, this.supply.circuit);
  }

  #acquireSlowly(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<L> {
    const slot = this.#mode === "running" && signal?.aborted !== true ? this.#idle.fit() : undefined;
    return slot === undefined ? this.#wait(timeoutMs, signal) : Promise.resolve(this.#lendAtOnce(slot));
  }

  #wait(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<L> {
    const lease = this.#admission.wait(timeoutMs, signal) as Promise<L>;
    return this.#leaks.on ? this.#leaks.askedFor(lease) : lease;
  }

  #lendAtOnce(slot: Slot<C>): L {
    this.events.metrics.acquiredAtOnce++;
    const lease = this.#handles.lease(slot, 0);
    this.#replenish();
    return lease;
  }

  /** An idle connection was taken: there may be too few now. */
  #replenish(): void {
    if (this.slots.idle.size < this.#options.minIdle && this.slots.room > 0) this.supply.fill();
  }

  /** Gives a free connection to the oldest waiter, or makes it idle. `proven`: it needs no check. */
  #deliver(slot: Slot<C>, proven: boolean): void {
    if (slot.doomed !== undefined) return this.closing.close(slot, slot.doomed);
    if (this.line.size === 0 || this.#mode !== "running") return this.#rest(slot);
    if (!proven && this.#health.needsCheck(slot)) return this.#checks.validate(slot);
    this.#serveNext(slot);
  }

  /** Makes a connection idle; it may have been opened in the place of another one. */
  #rest(slot: Slot<C>): void {
    this.slots.move(slot, slotStates.idle);
    if (this.slots.retiring > 0) this.supply.retire();
  }

  /** A connection that was just made, found fit or cleaned is there to be used. */
  #bringBack(slot: Slot<C>): void {
    if (slot.state !== slotStates.connecting) this.#health.prove(slot);
    if (slot.state === slotStates.resetting) slot.touched = true;
    this.#housekeeping.touch();
    this.#deliver(slot, true);
  }

  /** What happened to one has probably happened to all: they are asked at the same time, not one after the other. */
  #castOut(slot: Slot<C>): void {
    this.closing.close(slot, "validation");
    for (const other of [...this.slots.idle]) if (other.state === slotStates.idle) this.#checks.validate(other);
  }

  #expire(slot: Slot<C>): void {
    if (slot.state === slotStates.idle) this.supply.replace(slot, "lifetime");
    else this.condemn(slot, "lifetime");
  }

  #reclaim(slot: Slot<C>): void {
    slot.leakedTurn = slot.turn;
    this.closing.close(slot, "leak");
  }

  #onGone(): void {
    if (this.slots.total === 0) this.onEmpty();
    this.supply.fill();
  }

  /** Gives a connection to the oldest waiter; there is one. */
  #serveNext(slot: Slot<C>): void {
    const waiter = this.line.next() as Waiter<C>;
    if (slot.state >= slotStates.leased) this.events.metrics.handOvers++;
    if (waiter.shared) return waiter.settle(this.#handles.share(slot));
    const waitMs = this.#turnClock.now() - waiter.startedAt;
    this.events.metrics.acquiredAfterWait++;
    this.events.metrics.wait.record(waitMs);
    waiter.settle(this.#handles.lease(slot, waitMs));
  }

  /** Idle connections and waiters meet after a pause or when a check is needed first. */
  #serveFromIdle(): void {
    const { line, slots } = this;
    while (line.size > 0) {
      const slot = this.#idle.next();
      if (slot === undefined) return;
      if (!this.#health.needsCheck(slot)) this.#serveNext(slot);
      else if (line.size > slots.count(slotStates.validating)) this.#checks.validate(slot);
      else return;
    }
  }
}
