/**
 * Everyone who waits for a connection, in order.
 *
 * Two queues: the urgent one of the shared lane, and everybody else strictly first come, first served. Joining, leaving
 * and being served take constant time however long the line is. A waiter allocates itself, its promise and nothing else.
 *
 * @module
 */
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import { type Linked, LinkedList } from "../base/linked_list.ts";
import type { Lease } from "./lease.ts";

/** Why someone left the line unserved. */
export type LeaveReason = "timeout" | "abort";

/** An acquire in line. */
export class Waiter<C> extends Deadline implements Linked<Waiter<C>> {
  /** The neighbour towards the head of the line. */
  before: Waiter<C> | undefined = undefined;
  /** The neighbour towards the end of the line. */
  after: Waiter<C> | undefined = undefined;
  /** Settles the acquire; rejecting is resolving with a rejected promise, which saves each waiter a second function. */
  readonly settle: (lease: Lease<C> | Promise<never>) => void;
  /** When the wait began. */
  readonly startedAt: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Whether the connection is for the shared lane. */
  readonly shared: boolean;
  /** Which of the two queues it is in. */
  readonly urgent: boolean;
  readonly #line: WaitingLine<C>;

  /** Made by the line. */
  constructor(
    line: WaitingLine<C>,
    settle: (lease: Lease<C> | Promise<never>) => void,
    startedAt: number,
    signal: AbortSignal | undefined,
    shared: boolean,
    urgent: boolean,
  ) {
    super();
    this.#line = line;
    this.settle = settle;
    this.startedAt = startedAt;
    this.signal = signal;
    this.shared = shared;
    this.urgent = urgent;
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    this.settle(Promise.reject(error));
  }

  /** Called when the wait took too long. */
  override expire(now: number): void {
    this.#line.leave(this, "timeout", now);
  }

  /** Called by the signal: a waiter is its own listener. */
  handleEvent(): void {
    this.#line.leave(this, "abort", this.#line.now());
  }
}

/** The line in front of the pool. */
export class WaitingLine<C> {
  readonly #urgent = new LinkedList<Waiter<C>>();
  readonly #regular = new LinkedList<Waiter<C>>();
  readonly #deadlines: Deadlines;
  readonly #onLeave: (waiter: Waiter<C>, reason: LeaveReason, now: number) => unknown;
  /** The time, for those whose signal fires. */
  readonly now: () => number;
  #shared = 0;

  /**
   * Makes an empty line.
   *
   * @param now Reads the clock.
   * @param onLeave Called when someone's time is up or his signal fired; returns the error he gets.
   */
  constructor(
    deadlines: Deadlines,
    now: () => number,
    onLeave: (waiter: Waiter<C>, reason: LeaveReason, now: number) => unknown,
  ) {
    this.#deadlines = deadlines;
    this.now = now;
    this.#onLeave = onLeave;
  }

  /** How many wait. */
  get size(): number {
    return this.#regular.size + this.#urgent.size;
  }

  /** How many of them wait for the shared lane. */
  get shared(): number {
    return this.#shared;
  }

  /**
   * Queues a caller; the promise is his.
   *
   * @param now When his wait began.
   * @param timeoutMs How long it may take; 0: for ever.
   * @param signal Ends the wait.
   * @param shared Whether the connection is for the shared lane.
   * @param urgent Whether he goes ahead of everyone who is not urgent.
   */
  join(
    now: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    shared: boolean,
    urgent: boolean,
  ): Promise<Lease<C>> {
    return new Promise<Lease<C>>((resolve) => {
      const waiter = new Waiter<C>(this, resolve, now, signal, shared, urgent);
      (urgent ? this.#urgent : this.#regular).push(waiter);
      if (timeoutMs > 0) this.#deadlines.add(waiter, now + timeoutMs);
      signal?.addEventListener("abort", waiter);
      if (shared) this.#shared++;
    });
  }

  /** Takes the one to be served next out of the line. */
  next(): Waiter<C> | undefined {
    const waiter = this.#urgent.shift() ?? this.#regular.shift();
    if (waiter !== undefined) this.#forget(waiter);
    return waiter;
  }

  /** Rejects everyone, or everyone who waits for a lease. */
  failAll(error: unknown, leasesOnly = false): void {
    for (const queue of leasesOnly ? [this.#regular] : [this.#urgent, this.#regular]) {
      for (let waiter = queue.first, after; waiter !== undefined; waiter = after) {
        after = waiter.after;
        if (leasesOnly && waiter.shared) continue;
        queue.remove(waiter);
        this.#forget(waiter);
        waiter.fail(error);
      }
    }
  }

  /** Takes a waiter out whose time is up or whose signal fired. */
  leave(waiter: Waiter<C>, reason: LeaveReason, now: number): void {
    (waiter.urgent ? this.#urgent : this.#regular).remove(waiter);
    this.#forget(waiter);
    waiter.fail(this.#onLeave(waiter, reason, now));
  }

  #forget(waiter: Waiter<C>): void {
    this.#deadlines.remove(waiter);
    waiter.signal?.removeEventListener("abort", waiter);
    if (waiter.shared) this.#shared--;
  }
}
