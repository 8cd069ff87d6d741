/**
 * Connections that were declared unfit before the pool knew that they were made: a promise that is resolved is heard
 * of a turn later, and much can happen in a turn.
 *
 * @module
 */
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

interface Entry<C> {
  readonly reason: string;
  /** The attempts it may be the outcome of. */
  readonly attempts: readonly Slot<C>[];
}

/** Remembers them for as long as an attempt is under way that was when they were declared unfit. */
export class Stillborn<C> {
  readonly #slots: Slots<C>;
  readonly #entries = new Map<C, Entry<C>>();

  /** Remembers none yet. */
  constructor(slots: Slots<C>) {
    this.#slots = slots;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Notes that a connection which no slot holds is unfit. */
  add(connection: C, reason: string): void {
    if (this.#slots.count(slotStates.connecting) === 0) return;
    const attempts = [...this.#slots].filter(({ state }) => state === slotStates.connecting);
    this.#entries.set(connection, { reason, attempts });
  }

  /** Why the connection of a slot that was just filled is unfit, if it is. */
  reasonFor(slot: Slot<C>): string | undefined {
    const entry = this.#entries.get(slot.connection as C);
    return entry?.attempts.includes(slot) ? entry.reason : undefined;
  }

  /** An attempt is over: forgets what can be the outcome of none. `but`: it is, though its slot is still connecting. */
  forget(but?: Slot<C>): void {
    const isUnderWay = (slot: Slot<C>) => slot.state === slotStates.connecting && slot !== but;
    for (const [connection, { attempts }] of this.#entries) {
      if (!attempts.some(isUnderWay)) this.#entries.delete(connection);
    }
  }
}
