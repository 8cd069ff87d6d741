/**
 * One place in the pool and what it is doing.
 *
 * ```txt
 *                                     ┌─────────── given back ───────────┐
 *                                     ▼                                  │
 *   connecting ──► idle ──────────► leased | shared ──► resetting ───────┤
 *     │    │        ▲ │               ▲      │             │             │
 *     │    │        │ ▼               │      │             ▼             ▼
 *     │    │      validating ─────────┘      │         next waiter      idle
 *     │    │        │                        │
 *     │    ▼        ▼                        ▼
 *     │  closing ◄──┴────────────────────────┴─ poisoned, evicted, destroyed, failed its check or reset
 *     ▼    ▼
 *     gone  (a connect that failed, a connection that was detached, one whose end is over)
 * ```
 *
 * A connection that becomes free while someone waits goes to the oldest waiter without becoming idle in between.
 * Every state but `gone` counts towards `maxSize`, and whoever is named by the state is the slot's one owner.
 *
 * @module
 */
import type { Linked } from "../base/linked_list.ts";

/** The states by name; numbers, so that the counts of all states fit one typed array. */
export const slotStates = {
  connecting: 0,
  validating: 1,
  idle: 2,
  leased: 3,
  shared: 4,
  resetting: 5,
  closing: 6,
  gone: 7,
} as const;

/** One of the states. */
export type SlotState = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Where a slot may go that was in use, by one or by many. */
const movesFromUse: readonly SlotState[] = [
  slotStates.idle,
  slotStates.leased,
  slotStates.shared,
  slotStates.validating,
  slotStates.resetting,
  slotStates.closing,
  slotStates.gone,
];

/** Where a slot may go from each state. */
export const slotMoves: Readonly<Record<SlotState, readonly SlotState[]>> = {
  [slotStates.connecting]: [slotStates.idle, slotStates.leased, slotStates.shared, slotStates.closing, slotStates.gone],
  [slotStates.validating]: [slotStates.idle, slotStates.leased, slotStates.shared, slotStates.closing],
  [slotStates.idle]: [slotStates.leased, slotStates.shared, slotStates.validating, slotStates.closing],
  [slotStates.leased]: movesFromUse,
  [slotStates.shared]: movesFromUse,
  [slotStates.resetting]: [slotStates.idle, slotStates.leased, slotStates.shared, slotStates.closing],
  [slotStates.closing]: [slotStates.gone],
  [slotStates.gone]: [],
};

/** One place in the pool. Only the pool touches it; a lease hands it back unread. */
export class Slot<C> implements Linked<Slot<C>> {
  /** What the slot is doing; changed by `Slots.move` alone. */
  state: SlotState = slotStates.connecting;
  /** The neighbour towards the longest idle one. */
  before: Slot<C> | undefined = undefined;
  /** The neighbour towards the one that became idle last. */
  after: Slot<C> | undefined = undefined;
  /** The connection, from the end of `connecting` on. */
  connection: C | undefined = undefined;
  /** Why the connection is closed as soon as nobody uses it; `undefined` while it is to be kept. */
  doomed: string | undefined = undefined;
  /** Whether its last proof of life is too old to lease it without a look at the clock. */
  stale: boolean = false;
  /** Whether it was used since housekeeping last looked. */
  touched: boolean = false;
  /** Counts the owners, so that a lease knows when its time is over. */
  turn = 0;
  /** The turn in which its lease was taken back; negative when none was. */
  leakedTurn: number = -1;
  /** How often it was leased. */
  uses = 0;
  /** When the connection was made. */
  bornAt: number = 0.5;
  /** When it is to be evicted for its age. */
  expiresAt: number = Infinity;
  /** The part of `keepaliveMs` after which it is checked, so that connections made together are not. */
  patience: number = 0.95;
  /** When housekeeping first saw it unused. */
  idleSince: number = 0.5;
  /** The last proof of life that the pool itself saw. */
  aliveAt: number = 0.5;
  /** When it was leased, if that was noted; negative otherwise. */
  leasedAt: number = -0.5;
}

/** The number of a slot's next owner; kept small, since an integer beyond 31 bits costs an allocation. */
export function nextTurn(turn: number): number {
  return (turn + 1) & 0x3fffffff;
}
