/**
 * Which idle connection is taken next.
 *
 * Where no timer may run in the background, this is also where it is noticed that one is overdue.
 *
 * @module
 */
import type { Closing } from "./closing.ts";
import type { Health } from "./health.ts";
import type { Lease } from "./lease.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Slot } from "./slot.ts";
import type { Slots } from "./slots.ts";
import type { WaitingLine } from "./waiting_line.ts";

/** What `IdleChoice` looks at. */
export interface IdleChoiceHost<C, L extends Lease<C>> {
  /** The pool's options. */
  readonly options: ResolvedOptions<C, L>;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Those who wait: nobody takes a connection ahead of them. */
  readonly line: WaitingLine<C>;
  /** The proofs of life. */
  readonly health: Health<C>;
  /** Ends what is overdue. */
  readonly closing: Closing<C>;
}

/** Chooses among the idle connections. */
export class IdleChoice<C, L extends Lease<C>> {
  /** Whether what is overdue is noticed by the next call only. */
  readonly lazy: boolean;
  readonly #host: IdleChoiceHost<C, L>;
  readonly #slots: Slots<C>;
  readonly #line: WaitingLine<C>;

  /** Makes the choice; it keeps nothing. */
  constructor(host: IdleChoiceHost<C, L>) {
    this.#host = host;
    this.#slots = host.slots;
    this.#line = host.line;
    this.lazy = host.options.lifecycle === "request";
  }

  /** The next one if it may be leased without further questions: it bears no mark and nobody waits. */
  fresh(): Slot<C> | undefined {
    const slot = this.#slots.nextIdle();
    return slot === undefined || slot.stale || this.#line.size > 0 ? undefined : slot;
  }

  /** The next one if it needs no check and nobody waits; looks at the clock and closes what is overdue. */
  fit(): Slot<C> | undefined {
    if (this.#line.size > 0) return undefined;
    const slot = this.next();
    return slot === undefined || this.#host.health.needsCheck(slot) ? undefined : slot;
  }

  /** The next one, whether it needs a check or not. */
  next(): Slot<C> | undefined {
    const slots = this.#slots;
    let slot = slots.nextIdle();
    if (!this.lazy) return slot;
    const { closing, options: { clock, idleTimeoutMs } } = this.#host;
    const now = clock.now();
    for (; slot !== undefined; slot = slots.nextIdle()) {
      if (slot.expiresAt <= now) closing.close(slot, "lifetime");
      else if (idleTimeoutMs > 0 && slot.idleSince + idleTimeoutMs <= now) closing.close(slot, "idle");
      else return slot;
    }
    return undefined;
  }

  /** One comes back: notes what housekeeping would note later, and what it noted that is no longer true. */
  returned(slot: Slot<C>): void {
    const { health, options: { clock } } = this.#host;
    if (slot.stale) health.returned(slot);
    if (!this.lazy) return;
    slot.idleSince = clock.now();
    health.used(slot, slot.idleSince);
    if (slot.expiresAt <= slot.idleSince) slot.doomed = "lifetime";
  }
}
