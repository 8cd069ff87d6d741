/**
 * The shared lane: commands of all callers, pipelined on few connections.
 *
 * While there is a connection, a command goes straight into its ring. While there is none, commands wait in the lane's
 * own ring and the pool is asked for a slot. Commands that were never sent when a connection is lost move to the next.
 *
 * ```txt
 *   send ─► connection.ring ─► socket
 *      └──► waiting ──(a slot is granted)──► connection.ring
 *                 ▲──────(unsent, connection lost)──┘
 * ```
 *
 * @module
 */
import { Deadlines } from "../base/deadlines.ts";
import { type Call, capture, captured, type Reject, type Resolve, skipped, tombstone } from "../connection/call.ts";
import { verbOf, weigh } from "../connection/command.ts";
import { CommandRing, type Load } from "../connection/command_ring.ts";
import type { Connection, ConnectionOwner } from "../connection/connection.ts";
import { rejectAll, rejectHead } from "../connection/loss.ts";
import { RingDeadline } from "../connection/ring_deadline.ts";
import { BackpressureError, ProtocolError, type RedisError } from "../errors.ts";
import type { Lease } from "../pool/lease.ts";
import type { Argument } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import type { CallContext } from "./cancellable_call.ts";
import type { RetryRule } from "./retry.ts";

/** What the lane needs from the pool. */
export interface SlotSource {
  /** Grants a slot with an open connection, ahead of everybody who waits for a lease. */
  reserve(options: { urgent: boolean }): Promise<Lease<Connection>>;
  /** What made the last connect fail, if it did. */
  readonly lastConnectError: unknown;
}

/** Bounds on what may be queued and in flight together. */
export interface LaneBounds {
  /** Commands; a pipeline counts each of its own. */
  maxQueued: number;
  /** Length of their arguments. */
  maxQueuedBytes: number;
}

/** Carries the commands of all callers. */
export class Lane implements ConnectionOwner {
  /** What is queued and in flight. */
  readonly load: Load = { count: 0, bytes: 0 };

  /** What calls need to know. */
  readonly context: CallContext;
  /** How replies are returned when their call does not say. */
  readonly mapping: Mapping;

  readonly #slots: SlotSource;
  readonly #bounds: LaneBounds;
  readonly #rule: RetryRule;
  readonly #reservations = new Map<Connection, Lease<Connection>>();
  /** Where commands go; `undefined` while they have to wait. */
  #current: Connection | undefined;
  readonly #waiting: CommandRing;
  readonly #deadline: RingDeadline;
  #stampIsDue = false;
  #isRequesting = false;
  /** Whether a lease waits for the only slot. */
  #isYielding = false;
  #isClosed = false;
  #onDrained: (() => void) | undefined;

  /** Makes a lane without connections; the first command asks for one. */
  constructor(slots: SlotSource, bounds: LaneBounds, context: CallContext, mapping: Mapping, rule: RetryRule) {
    this.context = context;
    this.mapping = mapping;
    this.#slots = slots;
    this.#bounds = bounds;
    this.#rule = rule;
    this.#waiting = new CommandRing(this.load);
    const { clock, commandTimeoutMs, endpoint } = context;
    const lastError = () => this.#slots.lastConnectError;
    this.#deadline = new RingDeadline(this.#waiting, new Deadlines(clock), commandTimeoutMs, endpoint, lastError);
  }

  /** Queues a command without options. The promise settles with its reply, its error, or by a deadline. */
  send(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
    const promise = new Promise<unknown>(capture);
    this.push(args, captured.resolve, captured.reject, call, weigh(args), 1);
    return promise;
  }

  /** Queues a command whose promise exists already; `count` is the number of commands it stands for. */
  push(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call | undefined,
    weight: number,
    count: number,
  ): void {
    const { load } = this;
    const bounds = this.#bounds;
    if (load.count + count > bounds.maxQueued || load.bytes + weight > bounds.maxQueuedBytes) {
      const error = this.#overfull(args, count);
      if (call === undefined) reject(error);
      else call.fail(error, reject);
    } else if (this.#current !== undefined) this.#current.push(args, resolve, reject, call, weight, count);
    else this.#wait(args, resolve, reject, call, weight, count);
  }

  /** Gives the connection up to a lease as soon as nothing is in flight on it; what comes meanwhile waits. */
  yield(): void {
    if (this.#current === undefined) return;
    this.#isYielding = true;
    this.#current = undefined;
    for (const connection of [...this.#reservations.keys()]) this.progressed(connection);
  }

  /** Settles when nothing is queued or in flight any more. */
  drained(): Promise<void> {
    if (this.load.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained = resolve);
  }

  /** Gives every connection up and rejects what is left; for a pool that closes. */
  close(error: RedisError): void {
    this.#isClosed = true;
    this.#rejectWaiting(error);
    for (const connection of [...this.#reservations.keys()]) {
      if (connection.ring.size > 0) connection.destroy(error);
      else this.#leave(connection)?.release();
    }
  }

  #rejectWaiting(error: RedisError): void {
    this.#deadline.stop();
    rejectAll(this.#waiting, error);
    this.#noticeDrained();
  }

  #wait(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call | undefined,
    weight: number,
    count: number,
  ): void {
    this.#waiting.push(args, resolve, reject, call, weight, count);
    if (!this.#stampIsDue) {
      this.#stampIsDue = true;
      queueMicrotask(this.#stamp);
    }
    this.#request();
  }

  readonly #stamp = (): void => {
    this.#stampIsDue = false;
    this.#waiting.stamp(this.context.clock.now());
    this.#deadline.watch();
  };

  #request(): void {
    if (this.#isRequesting || this.#isYielding) return;
    this.#isRequesting = true;
    this.#slots.reserve({ urgent: true }).then(this.#join, this.#refuse);
  }

  readonly #join = (reservation: Lease<Connection>): void => {
    this.#isRequesting = false;
    if (this.#isClosed) return reservation.release();
    const { connection } = reservation;
    this.#reservations.set(connection, reservation);
    connection.owner = this;
    connection.ring.load = this.load;
    this.#current = connection;
    this.#deadline.stop();
    connection.adopt(this.#waiting);
  };

  /** No connection can be had at all: the pool is closed, or the server refuses for good. */
  readonly #refuse = (error: RedisError): void => {
    this.#isRequesting = false;
    this.#rejectWaiting(error);
  };

  #leave(connection: Connection): Lease<Connection> | undefined {
    const reservation = this.#reservations.get(connection);
    this.#reservations.delete(connection);
    if (this.#current === connection) this.#current = undefined;
    return reservation;
  }

  /** A connection ended: what may run again, and what never ran, moves on; the rest is rejected. */
  lost(connection: Connection, ring: CommandRing, error: RedisError): void {
    this.#leave(connection)?.destroy(error.code);
    if (this.#isClosed) return rejectAll(ring, error);
    let isAtFault = error instanceof ProtocolError;
    for (; ring.sent > 0; isAtFault = false) {
      const call = ring.calls[ring.head];
      if (call === tombstone || call === skipped) ring.shift();
      else this.#resendOrReject(ring, call, error, isAtFault);
    }
    ring.moveUnsentTo(this.#waiting);
    this.#afterLoss();
  }

  #resendOrReject(ring: CommandRing, call: Call | undefined, error: RedisError, isAtFault: boolean): void {
    const resent = isAtFault ? undefined : this.#rule.resend(ring.args[ring.head]!, call);
    if (resent === undefined) return rejectHead(ring, error, isAtFault);
    ring.calls[ring.head] = resent;
    ring.moveHeadTo(this.#waiting);
  }

  #afterLoss(): void {
    this.#noticeDrained();
    if (this.#waiting.size === 0) return;
    if (this.#current !== undefined) this.#current.adopt(this.#waiting);
    else {
      this.#deadline.watch();
      this.#isYielding = false;
      this.#request();
    }
  }

  /** Error replies go to the caller. */
  refused(): boolean {
    return false;
  }

  /** Commands on the shared lane that are late keep their connection; their replies are dropped. */
  timedOut(): unknown {
    return undefined;
  }

  /** Replies came in or a blocked write went through. */
  progressed(connection: Connection): void {
    if (connection.ring.size > 0) return;
    this.#noticeDrained();
    if (!this.#isYielding) return;
    this.#isYielding = false;
    this.#leave(connection)?.release();
    if (this.#waiting.size > 0) this.#request();
  }

  #noticeDrained(): void {
    if (this.#onDrained === undefined || this.load.count > 0) return;
    this.#onDrained();
    this.#onDrained = undefined;
  }

  #overfull(args: readonly Argument[], count: number): BackpressureError {
    const { maxQueued, maxQueuedBytes } = this.#bounds;
    const command = verbOf(args);
    const fields = { command, endpoint: this.context.endpoint, phase: "queue", retryable: true } as const;
    return this.load.count + count > maxQueued
      ? new BackpressureError("QUEUE_FULL", `${maxQueued} commands are queued or in flight (shared.maxQueued)`, fields)
      : new BackpressureError(
        "QUEUE_BYTES",
        `${this.load.bytes} bytes of commands are queued or in flight (shared.maxQueuedBytes is ${maxQueuedBytes})`,
        fields,
      );
  }
}
