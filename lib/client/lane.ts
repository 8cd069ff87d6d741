/**
 * The shared lane: commands of all callers, pipelined on few connections.
 *
 * While there is a connection, a command goes straight into its ring. While there is none, commands wait in the lane's
 * own ring and the pool is asked for a slot. What was never sent when a connection is lost moves to the next one.
 *
 * ```txt
 *                  ┌► current.ring ─► socket      everything, as long as it is small
 *   push ─► full? ─┼► heavy.ring ─► socket        large arguments, and keys whose replies were large
 *            │     └► waiting                     no connection: until a slot is granted
 *            └► reject, or overflow               until there is room
 *
 *   lost connection:  unsent, and sent ones that may run twice ─► waiting      the rest ─► rejected
 *   refused for now:  ─► postponed ─(backoff)─► current or waiting
 * ```
 *
 * Commands on the same key keep the order in which they were pushed while they share a connection. When it is lost,
 * retired, silent or busy with something large, what was not sent yet moves in order, but the server may read what was
 * sent after what comes on the next connection. Commands that were awaited one after the other always keep it.
 *
 * @module
 */
import { Deadlines } from "../base/deadlines.ts";
import { Histogram } from "../base/histogram.ts";
import { type Call, capture, captured, type Reject, type Resolve } from "../connection/call.ts";
import { verbOf, weigh } from "../connection/command.ts";
import type { CommandRing, Load } from "../connection/command_ring.ts";
import type { Connection, ConnectionOwner } from "../connection/connection.ts";
import { rejectAll, rejectHead } from "../connection/loss.ts";
import { BackpressureError, ConnectionLostError, ProtocolError, type RedisError } from "../errors.ts";
import type { Lease } from "../pool/lease.ts";
import type { Argument } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import type { OptionsCall } from "./calls.ts";
import type { CallContext, CancellableCall } from "./cancellable_call.ts";
import { heavyBytes, HeavyKeys } from "./heavy_keys.ts";
import { HeldCommands } from "./held_commands.ts";
import { Postponed } from "./postponed.ts";
import type { RetryRule } from "./retry.ts";
import { startCall } from "./start_call.ts";

/** What the lane needs from the pool. */
export interface SlotSource {
  /** Grants a slot with an open connection, ahead of everybody who waits for a lease when `urgent`. */
  reserve(options: { urgent: boolean; signal: AbortSignal }): Promise<Lease<Connection>>;
  /** Grants one more when nobody has to wait for it. */
  tryReserve(): Promise<Lease<Connection>> | undefined;
  /** What made the last connect fail, if it did. */
  readonly lastConnectError: unknown;
  /** How many slots there are, and how many callers wait for one. */
  stats(): { readonly maxSize: number; readonly waiting: number };
}

/** What of the lane can be set. */
export interface LaneOptions {
  /** Connections at most. Default 2: one for large values when there are any. */
  connections: number;
  /** Commands that may be queued and in flight together; a pipeline counts each of its own. Default 100 000. */
  maxQueued: number;
  /** Length of their arguments: characters of strings, bytes of byte arrays. Default 64 MiB. */
  maxQueuedBytes: number;
  /** Beyond these bounds: `"reject"` at once, or `"wait"` until there is room or time is up. Default `"reject"`. */
  whenFull: "reject" | "wait";
}

/** What the lane tells the pool of its connections. */
export interface LaneListener {
  /** The server answered with an error. Returns whether its connection must take no further commands. */
  onErrorReply(connection: Connection, error: RedisError): boolean;
  /** Replies are outstanding and no byte comes. */
  onStalled(connection: Connection): void;
}

/** Carries the commands of all callers. */
export class Lane implements ConnectionOwner {
  /** What is queued and in flight. */
  readonly load: Load = { count: 0, bytes: 0 };
  /** How long commands took: of each chunk of replies the first. */
  readonly times: Histogram = new Histogram();
  /** Commands that were accepted since the lane was made. */
  accepted = 0;
  /** What calls need to know. */
  readonly context: CallContext;
  /** How replies are returned when their call does not say. */
  readonly mapping: Mapping;

  readonly #slots: SlotSource;
  readonly #options: LaneOptions;
  readonly #listener: LaneListener;
  readonly #rule: RetryRule;
  readonly #leases = new Map<Connection, { lease: Lease<Connection>; owner: ConnectionOwner }>();
  /** Where commands go; `undefined` while they have to wait. */
  #current: Connection | undefined;
  /** Where large values go, once there were any and a second connection could be had. */
  #heavy: Connection | undefined;
  readonly #heavyKeys = new HeavyKeys();
  readonly #deadlines: Deadlines;
  /** What has no connection to go to. */
  readonly #waiting: HeldCommands;
  /** What found no room, when such commands wait; it does not count in the load. */
  readonly #overflow: HeldCommands;
  readonly #postponed: Postponed;
  /** The request for a slot that is under way. */
  #request: AbortController | undefined;
  #isSpilling = false;
  /** The only connection, while it is about to be given up to a lease. */
  #yielding: Connection | undefined;
  #isClosed = false;
  #onDrained: (() => void) | undefined;

  /** Makes a lane without connections; the first command asks for one. */
  constructor(
    slots: SlotSource,
    options: LaneOptions,
    context: CallContext,
    mapping: Mapping,
    listener: LaneListener,
    ruleOf: (accepted: () => number) => RetryRule,
  ) {
    this.context = { ...context, whyUnsent: () => slots.lastConnectError };
    this.mapping = mapping;
    this.#slots = slots;
    this.#options = options;
    this.#listener = listener;
    this.#rule = ruleOf(() => this.accepted);
    this.#deadlines = new Deadlines(context.clock);
    this.#waiting = this.#held(this.load);
    this.#overflow = this.#held({ count: 0, bytes: 0 });
    this.#postponed = new Postponed(this.#held(this.load), context.clock, (held) => this.#route(held));
  }

  #held(load: Load): HeldCommands {
    return new HeldCommands(load, this.context, this.#deadlines, () => {
      queueMicrotask(this.#forgetSettled);
      return this.#slots.lastConnectError;
    });
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
    const { maxQueued, maxQueuedBytes } = this.#options;
    this.accepted += count;
    if (load.count + count > maxQueued || load.bytes + weight > maxQueuedBytes || this.#overflow.size > 0) {
      return this.#overrun(args, resolve, reject, call, weight, count);
    }
    let target = this.#current;
    if (weight > heavyBytes || this.#heavy !== undefined) target = this.#targetFor(args, weight);
    if (target !== undefined) return target.push(args, resolve, reject, call, weight, count);
    this.#waiting.push(args, resolve, reject, call, weight, count);
    this.#ask();
  }

  /** Where a command goes when large values are about. */
  #targetFor(args: readonly Argument[], weight: number): Connection | undefined {
    if (weight > heavyBytes) {
      this.#heavyKeys.add(args);
      if (this.#heavy === undefined && this.#current !== undefined) this.#spill(this.#current);
    }
    return this.#heavy !== undefined && this.#heavyKeys.has(args) ? this.#heavy : this.#current;
  }

  /** No room: the caller is told, or waits with all that come behind him. */
  #overrun(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call | undefined,
    weight: number,
    count: number,
  ): void {
    if (this.#options.whenFull === "reject") {
      const { context, load } = this;
      const error = overfull(args, load, load.count + count > this.#options.maxQueued, this.#options, context.endpoint);
      // A call with a deadline of its own counts itself.
      if (!call?.hasDeadline) context.outcomes?.failed(error);
      if (call === undefined) reject(error);
      else call.fail(error, reject);
      return;
    }
    this.#overflow.push(args, resolve, reject, call, weight, count);
    if (this.load.count === 0) this.#admit();
  }

  /** Sends commands without a connection on their way. */
  #route(held: HeldCommands): void {
    if (this.#current !== undefined) {
      this.#heavy?.adopt(held.ring, (args) => this.#heavyKeys.has(args));
      return held.giveTo(this.#current);
    }
    if (held !== this.#waiting) {
      held.ring.moveUnsentTo(this.#waiting.ring);
      held.watch();
    }
    this.#waiting.forgetSettled();
    this.#waiting.watch();
    if (this.#waiting.size > 0) this.#ask();
  }

  #ask(): void {
    if (this.#request !== undefined || this.#yielding !== undefined) return;
    const request = this.#request = new AbortController();
    this.#slots.reserve({ urgent: true, signal: request.signal }).then((lease) => {
      if (request === this.#request) this.#join(lease);
      else lease.release();
    }, (error) => {
      if (request === this.#request) this.#refuse(error);
    });
  }

  /** Wants no slot any more: a pool whose server is down must not try for ever, for nobody. */
  #withdraw(): void {
    const request = this.#request;
    this.#request = undefined;
    request?.abort();
  }

  #join(lease: Lease<Connection>): void {
    this.#request = undefined;
    const connection = this.#enter(lease);
    if (connection === undefined) return;
    this.#current ??= connection;
    this.#waiting.giveTo(this.#current);
    if (this.#overflow.size > 0) this.#admit();
    const { maxSize, waiting } = this.#slots.stats();
    if (maxSize === 1 && waiting > 0) this.#giveWay(connection);
    else this.progressed(connection);
  }

  /** No connection can be had at all: the pool is closed, or the server refuses for good. */
  #refuse(error: RedisError): void {
    this.#request = undefined;
    this.#rejectUnsent(error);
  }

  /** Makes a connection that was granted one of the lane's. */
  #enter(lease: Lease<Connection>): Connection | undefined {
    if (this.#isClosed) {
      lease.release();
      return undefined;
    }
    const { connection } = lease;
    this.#leases.set(connection, { lease, owner: connection.owner });
    connection.owner = this;
    connection.ring.load = this.load;
    connection.ring.times = this.times;
    return connection;
  }

  /** Forgets a connection. Returns its lease, to be given back. */
  #leave(connection: Connection): Lease<Connection> | undefined {
    const entry = this.#leases.get(connection);
    if (entry === undefined) return undefined;
    this.#leases.delete(connection);
    if (this.#yielding === connection) this.#yielding = undefined;
    this.#abandon(connection);
    connection.owner = entry.owner;
    connection.ring.times = undefined;
    if (connection.ring.size === 0) connection.ring.load = { count: 0, bytes: 0 };
    return entry.lease;
  }

  /** Sends nothing more on a connection: another one takes its place, or commands wait. */
  #abandon(connection: Connection): void {
    if (this.#heavy === connection) this.#heavy = undefined;
    if (this.#current !== connection) return;
    this.#current = this.#heavy;
    this.#heavy = undefined;
  }

  /** Makes room for small commands beside `heavy`, which is busy with something large. */
  #spill(heavy: Connection): void {
    if (this.#heavy !== undefined || this.#isSpilling || this.#leases.size >= this.#options.connections) return;
    const granted = this.#slots.tryReserve();
    if (granted === undefined) return;
    this.#isSpilling = true;
    granted.then((lease) => {
      this.#isSpilling = false;
      const connection = this.#enter(lease);
      if (connection === undefined) return;
      if (this.#current === heavy) {
        this.#heavy = heavy;
        // What is small and was not sent yet must not be overtaken by what comes after it.
        heavy.ring.moveUnsentTo(this.#waiting.ring);
      }
      if (this.#current === heavy || this.#current === undefined) this.#current = connection;
      this.#route(this.#waiting);
      this.progressed(connection);
    }, () => this.#isSpilling = false);
  }

  /** A large reply is coming in: what is small goes another way from now on. */
  receivesLarge(connection: Connection): void {
    const { ring } = connection;
    this.#heavyKeys.add(ring.args[ring.head]!);
    if (connection !== this.#current) return;
    if (this.#heavy === undefined) return this.#spill(connection);
    this.#current = this.#heavy;
    this.#heavy = connection;
  }

  /** Gives a connection up for a lease: the spare one at once, the only one when nothing is in flight on it. */
  yield(): void {
    if (this.#heavy?.isQuiet) this.#leave(this.#heavy)?.release();
    if (this.#current !== undefined && this.#slots.stats().maxSize === 1) this.#giveWay(this.#current);
  }

  /** Lets a connection finish what it carries and gives it up; what comes meanwhile waits for the next turn. */
  #giveWay(connection: Connection): void {
    this.#yielding = connection;
    if (this.#current === connection) this.#current = undefined;
    this.progressed(connection);
  }

  /** Takes no further commands on a connection; it is given back when those in flight are done. */
  retire(connection: Connection): void {
    // One that has ended is lost in a moment: its commands must not move out of order.
    if (!this.#leases.has(connection) || connection.state === "closed") return;
    connection.retire();
    this.#abandon(connection);
    connection.ring.moveUnsentTo(this.#waiting.ring);
    this.progressed(connection);
    this.#route(this.#waiting);
  }

  /** Asks a quiet connection for a sign of life, and ends it when none comes before anybody else needs one. */
  keepAlive(connection: Connection, timeoutMs: number): void {
    const { ring, endpoint } = connection;
    if (ring.size > 0 || connection.state !== "ready") return;
    let ping: OptionsCall | undefined;
    const prepare = (call: OptionsCall) => {
      ping = call;
      call.isOwn = true;
      this.prepare(call);
    };
    startCall(connection, ["PING"], undefined, { timeoutMs }, prepare).catch(() => {
      // Otherwise it was answered, or there are callers for whose sake the stall is looked into.
      if (ring.size > 1 || ping === undefined || ring.calls[ring.head] !== ping) return;
      connection.destroy(new ConnectionLostError("CONN_STALLED", `${endpoint} did not answer in time`, { endpoint }));
    });
  }

  /** How many commands were handed to sockets, and how many of those nobody waits for any more. */
  survey(): { inFlight: number; tombstones: number } {
    const sum = { inFlight: 0, tombstones: 0 };
    for (const { ring } of this.#leases.keys()) ring.survey(sum);
    return sum;
  }

  /** Settles when nothing is queued or in flight any more. */
  drained(): Promise<void> {
    if (this.load.count === 0 && this.#overflow.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained = resolve);
  }

  /** Gives every connection up and rejects what is left; for a pool that closes. */
  close(error: RedisError): void {
    this.#isClosed = true;
    this.#rejectUnsent(error);
    for (const connection of [...this.#leases.keys()]) {
      if (connection.ring.size > 0) connection.destroy(error);
      else this.#leave(connection)?.release();
    }
    this.#deadlines.stop();
    this.#noticeDrained();
  }

  #rejectUnsent(error: RedisError): void {
    this.#waiting.rejectAll(error);
    this.#overflow.rejectAll(error);
    this.#postponed.rejectAll(error);
    this.#noticeDrained();
  }

  /** A connection ended: what may run again, and what never ran, moves on; the rest is rejected. */
  lost(connection: Connection, ring: CommandRing, error: RedisError): void {
    this.#leave(connection)?.destroy(error.code);
    if (this.#isClosed) return rejectAll(ring, error);
    // What came to wait in this turn gets its start time, so that those behind it keep theirs.
    this.#waiting.watch();
    let isAtFault = error instanceof ProtocolError;
    for (; ring.sent > 0; isAtFault = false) {
      const call = ring.calls[ring.head];
      if (call?.isSettled) ring.shift();
      else this.#resendOrReject(ring, call, error, isAtFault);
    }
    ring.moveUnsentTo(this.#waiting.ring);
    this.#forgetSettled();
    this.#route(this.#waiting);
  }

  #resendOrReject(ring: CommandRing, call: Call | undefined, error: RedisError, isAtFault: boolean): void {
    const resent = isAtFault ? undefined : this.#rule.afterLoss(ring.args[ring.head]!, call);
    if (resent === undefined) return rejectHead(ring, error, isAtFault);
    ring.calls[ring.head] = resent;
    ring.outcomes.retries++;
    ring.moveHeadTo(this.#waiting.ring);
  }

  /** The oldest command was refused. It is taken over when it may run later, or elsewhere. */
  refused(connection: Connection, error: RedisError): boolean {
    const { ring } = connection;
    const isUnfit = this.#listener.onErrorReply(connection, error) || connection.state === "retiring";
    const resent = this.#rule.afterRefusal(ring.args[ring.head]!, ring.calls[ring.head], error);
    if (resent !== undefined) {
      ring.calls[ring.head] = resent;
      ring.outcomes.retries++;
      if (isUnfit) ring.moveHeadTo(this.#waiting.ring);
      else this.#postponed.take(ring, resent.attempts - 1);
    }
    // Behind the end of those that are as unfit, or one of them would be next.
    if (isUnfit) queueMicrotask(() => this.retire(connection));
    return resent !== undefined;
  }

  /** Commands that are late keep their connection; their replies are dropped. */
  timedOut(): unknown {
    return undefined;
  }

  /** A connection is silent: nothing more is sent on it if there is another, until it is known whether it lives. */
  stalled(connection: Connection): void {
    this.#listener.onStalled(connection);
    if (connection === this.#current && this.#heavy !== undefined) {
      this.#current = this.#heavy;
      this.#heavy = connection;
    } else if (connection === this.#current) this.#spill(connection);
  }

  /** Replies came in or a blocked write went through. */
  progressed(connection: Connection): void {
    if (this.#overflow.size > 0) this.#admit();
    if (connection.ring.size > 0) return;
    this.#noticeDrained();
    if (connection !== this.#current && connection !== this.#heavy) this.#giveBack(connection);
  }

  /** What was given up before there was a connection makes room for what waits behind it. */
  readonly #forgetSettled = (): void => {
    this.#waiting.forgetSettled();
    this.#overflow.forgetSettled();
    if (this.#overflow.size > 0) this.#admit();
    if (this.#waiting.size === 0) this.#withdraw();
    this.#noticeDrained();
  };

  /** To be called with each call that its caller can give up. */
  readonly prepare = (call: CancellableCall): void => {
    call.onCancel = this.#forgetSettled;
  };

  /** Gives a connection back on which nothing is sent any more. */
  #giveBack(connection: Connection): void {
    const lease = this.#leave(connection);
    if (lease === undefined) return;
    if (connection.state === "retiring") lease.destroy("retired");
    else lease.release();
    this.#route(this.#waiting);
  }

  /** Lets commands in that waited for room. */
  #admit(): void {
    const { load } = this;
    const { maxQueued, maxQueuedBytes } = this.#options;
    const { ring } = this.#overflow;
    while (ring.size > 0 && load.count < maxQueued && load.bytes < maxQueuedBytes) ring.moveHeadTo(this.#waiting.ring);
    if (ring.size === 0) this.#overflow.watch();
    this.#route(this.#waiting);
  }

  #noticeDrained(): void {
    if (this.#onDrained === undefined || this.load.count > 0 || this.#overflow.size > 0) return;
    this.#onDrained();
    this.#onDrained = undefined;
  }
}

function overfull(
  args: readonly Argument[],
  load: Load,
  isByCount: boolean,
  { maxQueued, maxQueuedBytes }: LaneOptions,
  endpoint: string,
): BackpressureError {
  const fields = { command: verbOf(args), endpoint, phase: "queue", retryable: true } as const;
  const message = isByCount
    ? `${maxQueued} commands are queued or in flight (shared.maxQueued)`
    : `${load.bytes} bytes of commands are queued or in flight (shared.maxQueuedBytes is ${maxQueuedBytes})`;
  return new BackpressureError(isByCount ? "QUEUE_FULL" : "QUEUE_BYTES", message, fields);
}
