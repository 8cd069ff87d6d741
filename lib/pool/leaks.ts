/**
 * Leases that nobody gives back.
 *
 * Off, it costs nothing. On, each lease notes where it was acquired and is watched by the garbage collector.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Events } from "./events.ts";
import type { Factory } from "./factory.ts";
import { type Slot, slotStates } from "./slot.ts";

/** The options that matter here. */
export interface LeakOptions {
  /** How long a lease may be held; 0: for ever. */
  readonly leakDetectionMs: number;
  /** Whether it is taken back then. */
  readonly reclaimLeaked: boolean;
  /** Time. */
  readonly clock: Clock;
}

/** A lease that is out. */
interface Record<C> {
  readonly slot: Slot<C>;
  readonly turn: number;
  readonly since: number;
  stack: string;
  reported: boolean;
}

/** Watches leases. */
export class Leaks<C> {
  /** Whether anything is watched. */
  readonly on: boolean;
  readonly #options: LeakOptions;
  readonly #factory: Factory<C>;
  readonly #events: Events;
  readonly #reclaim: (slot: Slot<C>) => void;
  readonly #records = new Map<Slot<C>, Record<C>>();
  readonly #byLease = new WeakMap<object, Record<C>>();
  readonly #registry: FinalizationRegistry<Record<C>> | undefined;

  /** Makes the watch; `reclaim` takes the connection of a lease back. */
  constructor(options: LeakOptions, factory: Factory<C>, events: Events, reclaim: (slot: Slot<C>) => void) {
    this.#options = options;
    this.#factory = factory;
    this.#events = events;
    this.#reclaim = reclaim;
    this.on = options.leakDetectionMs > 0;
    if (this.on) this.#registry = new FinalizationRegistry((record) => this.#collected(record));
  }

  /** Watches a lease that was just handed out. */
  lent(slot: Slot<C>, lease: object): void {
    const record = {
      slot,
      turn: slot.turn,
      since: this.#options.clock.now(),
      stack: placeOfCall(),
      reported: false,
    };
    this.#records.set(slot, record);
    this.#byLease.set(lease, record);
    this.#registry?.register(lease, record);
  }

  /** Notes that a lease that is waited for is asked for here: when it comes, somebody else's call hands it out. */
  askedFor<T extends object>(lease: Promise<T>): Promise<T> {
    const stack = placeOfCall();
    lease.then((lease) => {
      const record = this.#byLease.get(lease);
      if (record !== undefined) record.stack = stack;
    }, () => {});
    return lease;
  }

  /** Forgets the lease of a slot, whatever ended it. */
  over(slot: Slot<C>): void {
    const record = this.#records.get(slot);
    if (record === undefined) return;
    this.#records.delete(slot);
    if (record.reported) this.#events.unleaked(this.#options.clock.now() - record.since);
  }

  /** Reports a lease that is held too long; returns when to look again. */
  look(slot: Slot<C>, now: number): number {
    const record = this.#records.get(slot);
    if (record === undefined) return Infinity;
    const { leakDetectionMs, reclaimLeaked } = this.#options;
    const due = record.since + leakDetectionMs;
    if (due > now) return due;
    const unusedSince = Math.max(record.since, this.#factory.lastUsedMs?.(slot.connection as C) ?? 0);
    const reclaim = reclaimLeaked && unusedSince + leakDetectionMs <= now;
    if (reclaim || !record.reported) this.#report(record, false, reclaim);
    return reclaimLeaked && !reclaim ? unusedSince + leakDetectionMs : Infinity;
  }

  /** Nobody can release this lease any more. */
  #collected(record: Record<C>): void {
    const { slot, turn } = record;
    if (slot.turn !== turn || slot.state !== slotStates.leased) return;
    const { reclaimLeaked } = this.#options;
    if (reclaimLeaked || !record.reported) this.#report(record, true, reclaimLeaked);
  }

  #report(record: Record<C>, collected: boolean, reclaimed: boolean): void {
    const isNews = !record.reported;
    record.reported = true;
    const heldMs = this.#options.clock.now() - record.since;
    this.#events.leaked({ heldMs, stack: record.stack, collected, reclaimed }, isNews);
    if (!reclaimed || record.slot.turn !== record.turn) return;
    this.#records.delete(record.slot);
    this.#reclaim(record.slot);
  }
}

function placeOfCall(): string {
  return new Error("acquired here").stack ?? "";
}
