/**
 * What becomes due while nobody calls: proofs of life grow old, idle connections want a check or an end, all of them
 * reach their age limit, leases are held too long.
 *
 * One timer per pool, which never keeps the process alive and is armed only while something can become due. A release
 * reads no clock: it marks its slot as touched, and the next round notes the time for all of them.
 *
 * @module
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { Health } from "./health.ts";
import type { Leaks } from "./leaks.ts";
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** The times that matter here; 0 is off. */
export interface HousekeepingOptions {
  /** How long a proof of life counts. */
  readonly healthCacheTtlMs: number;
  /** How long an idle connection may be silent. */
  readonly keepaliveMs: number;
  /** How long a connection may be idle. */
  readonly idleTimeoutMs: number;
  /** How old a connection may become. */
  readonly maxLifetimeMs: number;
  /** How long a lease may be held. */
  readonly leakDetectionMs: number;
  /** `"request"`: no timer. */
  readonly lifecycle: "process" | "request";
}

/** What `Housekeeping` looks at and whom it tells. */
export interface HousekeepingHost<C> {
  /** The times that matter here. */
  readonly options: HousekeepingOptions;
  /** All slots. */
  readonly slots: Slots<C>;
  /** The proofs of life. */
  readonly health: Health<C>;
  /** The leases that are out. */
  readonly leaks: Leaks<C>;
  /** Time. */
  readonly clock: Clock;
  /** How many connections stay idle whatever their idle time. */
  minIdle(): number;
  /** A connection is too old. */
  onExpired(slot: Slot<C>): void;
  /** An idle connection that is not needed was idle for too long. */
  onIdleTooLong(slot: Slot<C>): void;
  /** An idle connection was silent for too long. */
  onSilent(slot: Slot<C>): void;
  /** A shared connection was silent for too long; told again each time as much has passed. */
  onSharedSilent(slot: Slot<C>): void;
}

/** A round follows a release within a quarter of the shortest time that is set, but neither sooner nor later than this. */
const closestMs = 10;
const furthestMs = 10_000;

/** Looks after the slots from time to time. */
export class Housekeeping<C> {
  readonly #host: HousekeepingHost<C>;
  readonly #roundMs: number;
  readonly #enabled: boolean;
  #timer: Timer | undefined;
  #dueAt = Infinity;
  /** Whether a round is near enough for what was touched since the last one. */
  #soon: boolean;

  /** Makes the housekeeper; no timer runs before something was touched. */
  constructor(host: HousekeepingHost<C>) {
    const { healthCacheTtlMs, keepaliveMs, idleTimeoutMs, maxLifetimeMs, leakDetectionMs, lifecycle } = host.options;
    const ttlMs = host.health.ages ? healthCacheTtlMs : 0;
    const times = [ttlMs, keepaliveMs, idleTimeoutMs, maxLifetimeMs, leakDetectionMs].filter((ms) => ms > 0);
    this.#host = host;
    this.#roundMs = Math.min(furthestMs, Math.max(closestMs, Math.min(...times) / 4));
    this.#enabled = lifecycle === "process" && times.length > 0;
    this.#soon = !this.#enabled;
  }

  /** Makes sure that a round follows what was just touched. */
  touch(): void {
    if (this.#soon) return;
    this.#soon = true;
    this.#arm(this.#host.clock.now() + this.#roundMs);
  }

  /** Disarms the timer for good. */
  stop(): void {
    this.#soon = true;
    if (this.#timer !== undefined) this.#host.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(at: number): void {
    const { clock } = this.#host;
    if (at >= this.#dueAt) return;
    if (this.#timer !== undefined) clock.clearTimer(this.#timer);
    this.#dueAt = at;
    // Half a millisecond more than needed: a timer may fire a little early, and a round for nothing costs more.
    const waitMs = Math.min(at - clock.now() + 0.5, 2 ** 31 - 1);
    this.#timer = clock.setTimer(this.#round, waitMs, false);
  }

  readonly #round = (): void => {
    this.#timer = undefined;
    this.#dueAt = Infinity;
    this.#soon = false;
    const { clock, slots } = this.#host;
    const now = clock.now();
    let due = Infinity;
    // The longest idle ones first. What happens to one may change the state of others.
    for (const slot of [...slots.idle]) {
      if (slot.state === slotStates.idle) due = Math.min(due, this.#lookAtIdle(slot, now));
    }
    for (const slot of slots) due = Math.min(due, this.#lookAt(slot, now));
    if (due < Infinity && !this.#soon) this.#arm(Math.max(due, now + this.#roundMs / 2));
  };

  /** Does what is due for any connection; returns when there will be more to do. */
  #lookAt(slot: Slot<C>, now: number): number {
    const { health, leaks } = this.#host;
    const { state } = slot;
    if (state !== slotStates.idle && state !== slotStates.leased && state !== slotStates.shared) return Infinity;
    let due = slot.expiresAt;
    if (slot.doomed !== undefined) due = Infinity;
    else if (due <= now) {
      this.#host.onExpired(slot);
      due = Infinity;
    }
    if (health.ages && !slot.stale && state !== slotStates.shared) due = Math.min(due, health.age(slot, now));
    if (state === slotStates.leased) due = Math.min(due, leaks.look(slot, now));
    return state === slotStates.shared ? Math.min(due, this.#lookAtShared(slot, now)) : due;
  }

  /** Does what is due for a shared connection; returns when there will be more to do. */
  #lookAtShared(slot: Slot<C>, now: number): number {
    const { health, options } = this.#host;
    const silentAt = health.silentAt(slot);
    if (silentAt > now) return silentAt;
    this.#host.onSharedSilent(slot);
    return now + options.keepaliveMs;
  }

  /** Does what is due for an idle connection; returns when there will be more to do. */
  #lookAtIdle(slot: Slot<C>, now: number): number {
    const { options, slots, health } = this.#host;
    if (slot.touched) {
      slot.touched = false;
      slot.idleSince = now;
      health.used(slot, now);
    }
    // One that is kept only until it is replaced needs no further care.
    if (slot.doomed !== undefined) return Infinity;
    let due = Infinity;
    if (options.idleTimeoutMs > 0 && slots.idle.size - slots.retiring > this.#host.minIdle()) {
      due = slot.idleSince + options.idleTimeoutMs;
      if (due <= now) {
        this.#host.onIdleTooLong(slot);
        return Infinity;
      }
    }
    const silentAt = health.silentAt(slot);
    if (silentAt > now) return Math.min(due, silentAt);
    this.#host.onSilent(slot);
    return Infinity;
  }
}
