/**
 * Everyone who waits for a connection, in order.
 *
 * Two queues: the urgent one of the shared lane, and everybody else strictly first come, first served. Joining, leaving
 * and being served take constant time however long the line is.
 *
 * Those who wait for the usual time need no deadline each: the line is sorted by it, so its head stands for all. Whoever
 * brings a time or a signal of his own has a `Limit`.
 *
 * ```txt
 *   urgent   ─► (shared lane)
 *   regular  ─► a ⇄ b ⇄ c ⇄ d        head: deadline of a, b and d
 *                       └ limit       c's own time, c's signal
 * ```
 *
 * @module
 */
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import { type Linked, LinkedList } from "../base/linked_list.ts";
import type { Lease } from "./lease.ts";

/** Why someone left the line unserved. */
export type LeaveReason = "timeout" | "abort";

/** Settles an acquire. */
type Settle<C> = (lease: Lease<C> | Failure) => void;

/**
 * What an acquire that failed is resolved with: a thenable that rejects whoever follows it. A waiter then needs no
 * second function, and unlike a rejected promise it is nothing that a runtime could take for an unhandled rejection.
 */
class Failure {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  then(_onFulfilled: unknown, onRejected: (error: unknown) => void): void {
    onRejected(this.#error);
  }
}

/** An acquire in line. */
export class Waiter<C> implements Linked<Waiter<C>> {
  /** The neighbour towards the head of the line. */
  before: Waiter<C> | undefined = undefined;
  /** The neighbour towards the end of the line. */
  after: Waiter<C> | undefined = undefined;
  /** What ends his wait besides being served, when it is not the usual. */
  limit: Limit<C> | undefined = undefined;
  /** Gives him his lease. */
  readonly settle: Settle<C>;
  /** When the wait began. */
  readonly startedAt: number;
  /** Whether the connection is for the shared lane. */
  readonly shared: boolean;
  /** Which of the two queues he is in. */
  readonly urgent: boolean;

  /** Made by the line. */
  constructor(settle: Settle<C>, startedAt: number, shared: boolean, urgent: boolean) {
    this.settle = settle;
    this.startedAt = startedAt;
    this.shared = shared;
    this.urgent = urgent;
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    this.settle(new Failure(error));
  }
}

/** A waiter's own time and signal; it is the signal's listener itself. */
class Limit<C> extends Deadline {
  readonly signal: AbortSignal | undefined;
  readonly #line: WaitingLine<C>;
  readonly #waiter: Waiter<C>;

  constructor(line: WaitingLine<C>, waiter: Waiter<C>, signal: AbortSignal | undefined) {
    super();
    this.#line = line;
    this.#waiter = waiter;
    this.signal = signal;
    signal?.addEventListener("abort", this);
  }

  override expire(): void {
    this.#line.leave(this.#waiter, "timeout");
  }

  handleEvent(): void {
    this.#line.leave(this.#waiter, "abort");
  }
}

/** Passes when the first of those who wait for the usual time has waited for it. */
class HeadDeadline<C> extends Deadline {
  readonly #line: WaitingLine<C>;

  constructor(line: WaitingLine<C>) {
    super();
    this.#line = line;
  }

  override expire(now: number): void {
    this.#line.expire(now);
  }
}

/** Where `capture` leaves the function: one executor for all promises, instead of a closure each. */
let captured: Settle<never>;
const capture = (resolve: unknown): void => {
  captured = resolve as Settle<never>;
};

/** The line in front of the pool. */
export class WaitingLine<C> {
  readonly #urgent = new LinkedList<Waiter<C>>();
  readonly #regular = new LinkedList<Waiter<C>>();
  readonly #head = new HeadDeadline<C>(this);
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  readonly #onLeave: (waiter: Waiter<C>, reason: LeaveReason) => unknown;
  #shared = 0;

  /**
   * Makes an empty line.
   *
   * @param timeoutMs How long one usually waits; 0: for ever.
   * @param onLeave Called when someone's time is up or his signal fired; returns the error he gets.
   */
  constructor(
    deadlines: Deadlines,
    timeoutMs: number,
    onLeave: (waiter: Waiter<C>, reason: LeaveReason) => unknown,
  ) {
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
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

  /** Queues a caller who waits for the usual time at most; the promise is his, and `now` is when his wait began. */
  join(now: number): Promise<Lease<C>> {
    const promise = new Promise<Lease<C>>(capture);
    this.#regular.push(new Waiter(captured as Settle<C>, now, false, false));
    if (this.#timeoutMs > 0 && this.#head.previous === undefined) {
      this.#deadlines.add(this.#head, now + this.#timeoutMs);
    }
    return promise;
  }

  /**
   * Queues a caller with a limit of his own.
   *
   * @param timeoutMs How long he waits at most; 0: for ever.
   * @param signal Ends the wait.
   */
  joinLimited(now: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const promise = new Promise<Lease<C>>(capture);
    const waiter = new Waiter(captured as Settle<C>, now, false, false);
    this.#regular.push(waiter);
    waiter.limit = new Limit(this, waiter, signal);
    if (timeoutMs > 0) this.#deadlines.add(waiter.limit, now + timeoutMs);
    return promise;
  }

  /** Queues the shared lane; `urgent`: ahead of everyone who is not. */
  joinShared(now: number, urgent: boolean, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const promise = new Promise<Lease<C>>(capture);
    const waiter = new Waiter(captured as Settle<C>, now, true, urgent);
    (urgent ? this.#urgent : this.#regular).push(waiter);
    waiter.limit = new Limit(this, waiter, signal);
    this.#shared++;
    return promise;
  }

  /** Takes the one to be served next out of the line. */
  next(): Waiter<C> | undefined {
    const waiter = this.#urgent.first ?? this.#regular.first;
    if (waiter !== undefined) this.#remove(waiter);
    return waiter;
  }

  /** Rejects everyone, or everyone who waits for a lease. */
  failAll(error: unknown, leasesOnly = false): void {
    for (const queue of [this.#urgent, this.#regular]) {
      for (let waiter = queue.first, after; waiter !== undefined; waiter = after) {
        after = waiter.after;
        if (leasesOnly && waiter.shared) continue;
        this.#remove(waiter);
        waiter.fail(error);
      }
    }
  }

  /** Rejects a waiter whose time is up or whose signal fired. */
  leave(waiter: Waiter<C>, reason: LeaveReason): void {
    this.#remove(waiter);
    this.#tell(waiter, reason);
  }

  #tell(waiter: Waiter<C>, reason: LeaveReason): void {
    waiter.fail(this.#onLeave(waiter, reason));
  }

  /** Rejects everyone who has waited for the usual time by now. */
  expire(now: number): void {
    const late: Waiter<C>[] = [];
    for (let waiter = this.#regular.first; waiter !== undefined; waiter = waiter.after) {
      if (waiter.limit !== undefined) continue;
      const due = waiter.startedAt + this.#timeoutMs;
      if (due > now) {
        this.#deadlines.add(this.#head, due);
        break;
      }
      late.push(waiter);
    }
    // Only then is anybody told: who hears of it may join the line, or have it served.
    for (const waiter of late) this.#remove(waiter);
    for (const waiter of late) this.#tell(waiter, "timeout");
  }

  #remove(waiter: Waiter<C>): void {
    (waiter.urgent ? this.#urgent : this.#regular).remove(waiter);
    if (waiter.shared) this.#shared--;
    if (waiter.limit !== undefined) {
      this.#deadlines.remove(waiter.limit);
      waiter.limit.signal?.removeEventListener("abort", waiter.limit);
    }
    // An empty line must not hold the process.
    if (this.#regular.size === 0) this.#deadlines.remove(this.#head);
  }
}
