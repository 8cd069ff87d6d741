/**
 * All slots of a pool: how many are in which state, which of them are idle, and which connection sits where.
 *
 * @module
 */
import { LinkedList } from "../base/linked_list.ts";
import { Slot, type SlotState, slotStates } from "./slot.ts";

/** Keeps the counts exact: `move` is the only way from one state to another. */
export class Slots<C> {
  /** The idle ones; the one that became idle last is at the back. */
  readonly idle: LinkedList<Slot<C>> = new LinkedList();
  /** How many slots are in each state, by `slotStates`. */
  readonly counts: Int32Array = new Int32Array(8);
  /** The hard limit for all states together. */
  maxSize: number;
  /** How many of the idle ones are kept only until they are replaced. */
  retiring = 0;
  readonly #lifo: boolean;
  readonly #all = new Set<Slot<C>>();
  readonly #byConnection = new Map<C, Slot<C>>();

  /** Makes an empty set of at most `maxSize` slots; `order` says which idle one is used next. */
  constructor(maxSize: number, order: "lifo" | "fifo") {
    this.maxSize = maxSize;
    this.#lifo = order === "lifo";
  }

  /** The idle slot to be used next. */
  nextIdle(): Slot<C> | undefined {
    return this.#lifo ? this.idle.last : this.idle.first;
  }

  /** How many slots there are, `closing` ones included. */
  get total(): number {
    return this.#all.size;
  }

  /** How many slots hold a connection that is not on its way out. */
  get open(): number {
    return this.#all.size - this.count(slotStates.connecting) - this.count(slotStates.closing);
  }

  /** How many more connects may start. */
  get room(): number {
    return this.maxSize - this.#all.size;
  }

  /** How many slots are in `state`. */
  count(state: SlotState): number {
    return this.counts[state] as number;
  }

  /** Every slot that is not gone; slots may leave while it is walked. */
  [Symbol.iterator](): IterableIterator<Slot<C>> {
    return this.#all.values();
  }

  /** Makes a slot in state `connecting`. The caller has checked `room`. */
  add(): Slot<C> {
    const slot = new Slot<C>();
    this.#all.add(slot);
    this.counts[slotStates.connecting]!++;
    return slot;
  }

  /** Puts the connection that was made into its slot. */
  fill(slot: Slot<C>, connection: C): void {
    slot.connection = connection;
    this.#byConnection.set(connection, slot);
  }

  /** The slot of a connection. */
  find(connection: C): Slot<C> | undefined {
    return this.#byConnection.get(connection);
  }

  /**
   * Takes a slot from its state to another. A slot is in `idle` exactly while that is its state; a checked one goes in
   * at the front, since the check was no use of it, any other one at the back.
   */
  move(slot: Slot<C>, to: SlotState): void {
    const from = slot.state;
    if (from === slotStates.idle) this.#leaveIdle(slot);
    this.counts[from]!--;
    this.counts[to]!++;
    slot.state = to;
    if (to === slotStates.idle) {
      if (from === slotStates.validating) this.idle.unshift(slot);
      else this.idle.push(slot);
    } else if (to >= slotStates.closing) this.#letGo(slot);
  }

  /** Marks an idle slot as one to be closed once there is another in its place. */
  retire(slot: Slot<C>, reason: string): void {
    slot.doomed = reason;
    this.retiring++;
  }

  #leaveIdle(slot: Slot<C>): void {
    this.idle.remove(slot);
    if (slot.doomed !== undefined) this.retiring--;
  }

  #letGo(slot: Slot<C>): void {
    if (slot.connection !== undefined) this.#byConnection.delete(slot.connection);
    if (slot.state !== slotStates.gone) return;
    this.#all.delete(slot);
    this.counts[slotStates.gone] = 0;
  }
}
