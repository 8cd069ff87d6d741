/**
 * The handles of connections that are out, and how long they are.
 *
 * @module
 */
import type { Events } from "./events.ts";
import type { Leaks } from "./leaks.ts";
import { Lease, type LeaseOwner } from "./lease.ts";
import type { ResolvedOptions } from "./options.ts";
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** One lease in so many has its use time measured; a power of two. */
const useSample = 64;

/** The time of a lease whose time is not taken. */
const untimed = -0.5;

/** What `Handles` works with. */
export interface HandlesHost<C, L extends Lease<C>> {
  /** The pool's options. */
  readonly options: ResolvedOptions<C, L>;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Counts and tells. */
  readonly events: Events;
  /** The leases that are watched. */
  readonly leaks: Leaks<C>;
  /** To whom handles give their connections back. */
  readonly owner: LeaseOwner<C>;
  /** A lease is watched from now on. */
  onWatch(): void;
}

/** Makes handles, and notes the end of their time. */
export class Handles<C, L extends Lease<C>> {
  readonly #host: HandlesHost<C, L>;
  readonly #Lease: new (owner: LeaseOwner<C>, slot: Slot<C>) => L;
  #leases = 0;

  /** Makes the maker. */
  constructor(host: HandlesHost<C, L>) {
    this.#host = host;
    this.#Lease = host.options.lease;
  }

  /** Leases a connection. */
  lease(slot: Slot<C>, waitMs: number): L {
    const { slots, events, leaks, owner, options: { maxUses, clock } } = this.#host;
    const { observed } = events;
    slots.move(slot, slotStates.leased);
    if (++slot.uses === maxUses) slot.doomed = "uses";
    const timed = (++this.#leases & (useSample - 1)) === 0 || observed || leaks.on;
    slot.leasedAt = timed ? clock.now() : untimed;
    const lease = new this.#Lease(owner, slot);
    if (leaks.on) this.#watch(slot, lease);
    if (observed) events.acquired(waitMs);
    return lease;
  }

  /** Gives a connection to the shared lane. */
  share(slot: Slot<C>): Lease<C> {
    this.#host.slots.move(slot, slotStates.shared);
    return new Lease(this.#host.owner, slot);
  }

  /** Ends the time of a lease, if it was taken; `false` when whoever observes it had the connection closed. */
  end(slot: Slot<C>): boolean {
    return slot.leasedAt < 0 || this.#noteUse(slot);
  }

  #noteUse(slot: Slot<C>): boolean {
    const { leaks, events, options: { clock } } = this.#host;
    const { turn } = slot;
    if (leaks.on) leaks.over(slot);
    const heldMs = clock.now() - slot.leasedAt;
    slot.leasedAt = untimed;
    events.released(heldMs);
    return slot.turn === turn;
  }

  #watch(slot: Slot<C>, lease: L): void {
    this.#host.leaks.lent(slot, lease);
    this.#host.onWatch();
  }
}
