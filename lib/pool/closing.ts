/**
 * The end of connections. A slot counts until its connection is gone, so that the server never sees more than
 * `maxSize`; but not for ever, so that one that cannot be ended does not cost a slot for good.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import type { Factory } from "./factory.ts";
import { nextTurn, type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** How long a slot waits for the end of its connection. */
const destroyTimeoutMs = 5000;

/** What `Closing` needs and whom it tells. */
export interface ClosingHost<C> {
  /** All slots. */
  readonly slots: Slots<C>;
  /** Ends the connections. */
  readonly factory: Factory<C>;
  /** Time. */
  readonly clock: Clock;
  /** Where the ends of slow ones are noted. */
  readonly deadlines: Deadlines;
  /** A connection is about to end. */
  onClose(reason: string): void;
  /** A slot is free again. */
  onGone(): void;
}

class End<C> extends Deadline {
  readonly #closing: Closing<C>;
  readonly #slot: Slot<C>;

  constructor(closing: Closing<C>, slot: Slot<C>) {
    super();
    this.#closing = closing;
    this.#slot = slot;
  }

  override expire(): void {
    this.#closing.finish(this.#slot, this);
  }
}

/** Ends connections and frees their slots. */
export class Closing<C> {
  readonly #host: ClosingHost<C>;

  /** Makes the one that ends connections. */
  constructor(host: ClosingHost<C>) {
    this.#host = host;
  }

  /** Ends the connection of a slot in any state with a connection; whoever held it holds it no longer. */
  close(slot: Slot<C>, reason: string): void {
    const connection = slot.connection as C;
    slot.turn = nextTurn(slot.turn);
    this.#host.slots.move(slot, slotStates.closing);
    this.#host.onClose(reason);
    const ended = this.#destroy(connection);
    if (ended === undefined) this.finish(slot);
    else this.#waitFor(slot, ended);
  }

  /** Gives up on a connect: whatever still comes of it is ended, and its slot counts until then. */
  abandon(slot: Slot<C>, connected: Promise<C>): void {
    this.#host.slots.move(slot, slotStates.closing);
    this.#waitFor(slot, connected.then((connection) => this.#destroy(connection)));
  }

  /** Frees a slot, once. */
  finish(slot: Slot<C>, end?: Deadline): void {
    if (end !== undefined) this.#host.deadlines.remove(end);
    if (slot.state !== slotStates.closing) return;
    this.#host.slots.move(slot, slotStates.gone);
    this.#host.onGone();
  }

  #waitFor(slot: Slot<C>, ended: Promise<void>): void {
    const { deadlines, clock } = this.#host;
    const end = new End(this, slot);
    deadlines.add(end, clock.now() + destroyTimeoutMs);
    const finish = () => this.finish(slot, end);
    ended.then(finish, finish);
  }

  /** Starts the end of a connection; `undefined` when it is over already. */
  #destroy(connection: C): Promise<void> | undefined {
    try {
      const ended = this.#host.factory.destroy(connection);
      return ended === undefined ? undefined : Promise.resolve(ended);
    } catch {
      // Nothing more can be done for a connection that cannot be ended.
      return undefined;
    }
  }
}
