/**
 * Who may wait in line, and what those are told who leave it unserved.
 *
 * @module
 */
import { fenced } from "../base/fenced.ts";
import type { PoolCounts } from "../observability/stats.ts";
import type { Events } from "./events.ts";
import type { Lease } from "./lease.ts";
import type { ResolvedOptions } from "./options.ts";
import { abortError, checkTimeout, closedError, poolTimeoutError, queueFullError } from "./refusals.ts";
import { slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";
import type { Supply } from "./supply.ts";
import type { TurnClock } from "./turn_clock.ts";
import type { LeaveReason, Waiter, WaitingLine } from "./waiting_line.ts";

/** What `Admission` works with. */
export interface AdmissionHost<C, L extends Lease<C>> {
  /** The pool's options. */
  readonly options: ResolvedOptions<C, L>;
  /** Those who wait. */
  readonly line: WaitingLine<C>;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Makes connections. */
  readonly supply: Supply<C, L>;
  /** Counts and tells. */
  readonly events: Events;
  /** Time. */
  readonly turnClock: TurnClock;
  /** Whether the pool was closed. */
  isClosed(): boolean;
  /** The pool's counts. */
  counts(): PoolCounts;
}

/** The door to the line. */
export class Admission<C, L extends Lease<C>> {
  readonly #host: AdmissionHost<C, L>;

  /** Makes the door. */
  constructor(host: AdmissionHost<C, L>) {
    this.#host = host;
  }

  /** Has a caller wait for a lease; `timeoutMs` is given when it is not the usual. */
  wait(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const { line, options, turnClock } = this.#host;
    try {
      if (timeoutMs !== undefined) checkTimeout(timeoutMs);
      this.#admit(signal, false);
    } catch (error) {
      return Promise.reject(error);
    }
    const lease = timeoutMs === undefined && signal === undefined
      ? line.join(turnClock.now())
      : line.joinLimited(options.clock.now(), timeoutMs ?? options.acquireTimeoutMs, signal);
    this.#seeTo();
    return lease;
  }

  /** Has the shared lane wait. */
  waitShared(urgent: boolean, signal: AbortSignal | undefined): Promise<Lease<C>> {
    const { line, turnClock } = this.#host;
    try {
      this.#admit(signal, true);
    } catch (error) {
      return Promise.reject(error);
    }
    const lease = line.joinShared(turnClock.now(), urgent, signal);
    this.#seeTo();
    return lease;
  }

  /** The error of someone who left the line. */
  whyLeft(waiter: Waiter<C>, reason: LeaveReason): unknown {
    const { options, line, supply, events: { metrics } } = this.#host;
    const elapsedMs = options.clock.now() - waiter.startedAt;
    if (line.size === 0) supply.fill();
    if (reason === "abort") {
      metrics.cancelled++;
      return this.#told(abortError(waiter.limit?.signal, elapsedMs), elapsedMs);
    }
    metrics.timedOut++;
    metrics.wait.record(elapsedMs);
    return this.#told(poolTimeoutError(elapsedMs, this.#host.counts(), supply.connects.lastError), elapsedMs);
  }

  /** The error that a caller is about to get, told to those who observe. */
  #told<E>(error: E, waitMs: number): E {
    this.#host.events.acquireFailed(error, waitMs);
    return error;
  }

  /** Throws when there is no use in waiting. */
  #admit(signal: AbortSignal | undefined, shared: boolean): void {
    const { events: { metrics } } = this.#host;
    if (this.#host.isClosed()) throw closedError();
    if (signal?.aborted) {
      metrics.cancelled++;
      throw this.#told(abortError(signal, 0), 0);
    }
    const refusal = this.#refusal(shared);
    if (refusal === undefined) return;
    metrics.refused++;
    throw this.#told(refusal, 0);
  }

  #refusal(shared: boolean): unknown {
    const { line, slots, supply, options: { maxWaiters } } = this.#host;
    if (!shared && maxWaiters > 0 && line.size >= maxWaiters) return queueFullError(line.size);
    return slots.idle.size > 0 ? undefined : supply.refusal(shared);
  }

  /** Someone joined: serves him, has a connection made for him, or tells whoever could give one up. */
  #seeTo(): void {
    const { slots, line, supply, options: { onWaiter } } = this.#host;
    if (slots.room > 0 || slots.idle.size > 0) supply.fill();
    if (onWaiter === undefined || slots.room > 0) return;
    const underWay = slots.count(slotStates.connecting) + slots.count(slotStates.validating);
    if (line.size > underWay) fenced(onWaiter);
  }
}
