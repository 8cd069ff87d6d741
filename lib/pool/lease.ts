/**
 * The handle of a connection that was acquired.
 *
 * @module
 */
import { LeaseError } from "../errors.ts";
import type { Slot } from "./slot.ts";

/** The pool as a lease sees it. */
export interface LeaseOwner<C> {
  /** Takes a healthy connection back. */
  giveBack(slot: Slot<C>): void;
  /** Takes a connection back to close it. */
  discard(slot: Slot<C>, reason: string): void;
  /** Lets a connection go; it is the caller's from now on. */
  letGo(slot: Slot<C>): void;
}

/**
 * An exclusive connection until it is released. Releasing twice does nothing; using it afterwards throws. It is
 * released by leaving the scope of `using` or `await using` too.
 *
 * @example
 * ```ts
 * import { Pool } from "@respool/respool/pool";
 *
 * const pool = new Pool({ connect: () => Promise.resolve({ id: 1 }), destroy: () => {} });
 * const lease = await pool.acquire();
 * try {
 *   console.log(lease.connection.id); // 1
 * } finally {
 *   lease.release();
 * }
 * await pool.close();
 * ```
 */
export class Lease<C> implements Disposable, AsyncDisposable {
  readonly #owner: LeaseOwner<C>;
  readonly #slot: Slot<C>;
  readonly #turn: number;

  /** Made by the pool. A subclass must pass both arguments on. */
  constructor(owner: LeaseOwner<C>, slot: Slot<C>) {
    this.#owner = owner;
    this.#slot = slot;
    this.#turn = slot.turn;
  }

  /** Whether it was released, destroyed, detached or taken back. */
  get released(): boolean {
    return this.#slot.turn !== this.#turn;
  }

  /** What whoever uses it after its end is told; `undefined` while it is not over. */
  get overError(): LeaseError | undefined {
    return this.released ? isOver(this.#slot, this.#turn) : undefined;
  }

  /**
   * The connection; not to be used after the release.
   *
   * @throws {LeaseError} LEASE_RELEASED when the lease is over.
   * @throws {LeaseError} LEASE_LEAKED when it was held for so long that the pool took it back.
   */
  get connection(): C {
    if (this.#slot.turn !== this.#turn) throw isOver(this.#slot, this.#turn);
    return this.#slot.connection as C;
  }

  /** Gives the connection back; the pool resets it if it was left dirty. The oldest waiter gets it, or it is idle. */
  release(): void {
    if (this.#slot.turn === this.#turn) this.#owner.giveBack(this.#slot);
  }

  /** Gives the connection back to be closed. */
  destroy(reason = "destroyed"): void {
    if (this.#slot.turn === this.#turn) this.#owner.discard(this.#slot, reason);
  }

  /**
   * Takes the connection out of the pool. The caller owns it and has to close it; its slot is free.
   *
   * @throws {LeaseError} LEASE_RELEASED when the lease is over.
   */
  detach(): C {
    const connection = this.connection;
    this.#owner.letGo(this.#slot);
    return connection;
  }

  /** Releases it at the end of a `using` scope. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Releases it at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}

function isOver(slot: Slot<unknown>, turn: number): LeaseError {
  return slot.leakedTurn === turn
    ? new LeaseError("LEASE_LEAKED", "the lease was held for too long: the pool took its connection back")
    : new LeaseError("LEASE_RELEASED", "the lease is over: its connection went back to the pool");
}
