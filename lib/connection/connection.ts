/**
 * One socket and the ordered ring of its commands.
 *
 * ```txt
 *   opening ──handshake──► ready ──retire──► retiring ──last reply──► closed
 *      └───────────────────────┴──── loss, protocol error, destroy ──────┘
 * ```
 *
 * Commands of one turn are encoded and written together, in a microtask behind the first of them, or a few microtasks
 * later when callers that were served in this turn have not sent again. A reply settles the oldest command that was
 * sent; a value that no command asked for ends the connection. What is unsettled when the connection ends is handed to
 * its owner, who must settle each.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { ConnectionLostError, type RedisError } from "../errors.ts";
import type { Platform } from "../net/platform.ts";
import type { Socket, SocketHandler } from "../net/socket.ts";
import type { Outcomes } from "../observability/outcomes.ts";
import type { Argument } from "../resp/encoder.ts";
import type { Limits } from "../resp/limits.ts";
import type { Mapping } from "../resp/mapping.ts";
import type { BusyPoll } from "./busy_poll.ts";
import { type Call, capture, captured, type Reject, type Resolve } from "./call.ts";
import { weigh } from "./command.ts";
import { CommandRing } from "./command_ring.ts";
import { type ReadHost, ReadSide } from "./read_side.ts";
import { RingDeadline } from "./ring_deadline.ts";
import type { Session } from "./session.ts";
import { StallWatch } from "./stall_watch.ts";
import { WriteSide } from "./write_side.ts";

/** Where a connection is in its life. */
export type ConnectionState = "opening" | "ready" | "retiring" | "closed";

/** Who uses a connection at the moment: the shared lane, a lease, or the pool itself. */
export interface ConnectionOwner {
  /** The connection ended. Every command in `ring`, the first `ring.sent` of which were sent, must be settled. */
  lost(connection: Connection, ring: CommandRing, error: RedisError): void;
  /**
   * The server answered the oldest command of the ring with an error. Returns whether the owner has taken that command
   * out of the ring, to send it again; otherwise its caller gets the error.
   */
  refused(connection: Connection, error: RedisError): boolean;
  /** Commands are about to be rejected because their time is up; what is returned becomes the cause of their errors. */
  timedOut(connection: Connection): unknown;
  /** Replies are outstanding and no byte came for `stallTimeoutMs`. Told again each time as much has passed. */
  stalled(connection: Connection): void;
  /** A reply that spans several chunks is coming in. Told once for each such reply. */
  receivesLarge(connection: Connection): void;
  /** A chunk of replies was settled, or a blocked write went through. */
  progressed(connection: Connection): void;
}

/** What every connection of a pool shares. */
export interface ConnectionContext {
  /** Time and timers. */
  clock: Clock;
  /** The deadlines of the whole pool. */
  deadlines: Deadlines;
  /** Milliseconds a command without its own deadline may take; 0 is for ever. */
  commandTimeoutMs: number;
  /** Milliseconds of silence with replies outstanding after which the owner is told; 0 is never. */
  stallTimeoutMs: number;
  /** Bounds on replies. */
  limits: Limits;
  /** What the runtime brings. */
  platform: Platform;
  /** How replies are returned. */
  mapping: Mapping;
  /** `host:port` or path, for errors. */
  endpoint: string;
  /** Counts what becomes of commands. */
  outcomes?: Outcomes | undefined;
  /** Waits awake for replies, where the runtime lets it. */
  busyPoll?: BusyPoll | undefined;
  /** Called with each push. */
  onPush: ((push: unknown[]) => void) | undefined;
}

/** A caller who goes on behind a few layers of `async` is a few microtasks late; ref and unref would cost more. */
const quietTicks = 8;

/** So many microtasks a write waits for callers that were served with those who have sent: fewer writes cost less. */
const patientTicks = 16;

/** Commands that are worth a write before the turn is over: the server can begin while the rest is still queued. */
const fullBatch = 256;

/** One socket, one ordered ring. */
export class Connection implements SocketHandler, ReadHost {
  /** The server's id of this connection, when the handshake told it. */
  id: number | undefined;
  /** The protocol that was agreed on. */
  protocol: 2 | 3 = 3;
  /** What commands left behind. */
  readonly session: Session;
  /** Clock time at which bytes last arrived. */
  aliveAt: number;
  /** Who gets what this connection cannot settle. */
  owner: ConnectionOwner;
  /** Unsettled commands; for the owner to move when it must. */
  readonly ring: CommandRing;
  /** Called once when the connection has ended, whatever ended it. */
  onClose: ((error: RedisError) => void) | undefined;

  /** What every connection of the pool shares. */
  readonly context: ConnectionContext;

  #state: ConnectionState = "opening";
  readonly #writer: WriteSide;
  readonly #reader: ReadSide;
  readonly #deadline: RingDeadline;
  readonly #stall: StallWatch;
  #flushIsDue = false;
  /** Callers that were served in this turn and have not sent again yet. */
  #served = 0;
  /** Microtasks for which the flush still waits for them. */
  #patience = 0;
  #isRefd = true;
  /** Microtasks for which it still waits before it takes the turn for over. */
  #quietTicks = 0;
  #endedBy: RedisError | undefined;
  /** Whether commands came that may be older than those before them. */
  #hasAdopted = false;

  /** Makes a connection that waits for its socket. */
  constructor(context: ConnectionContext, session: Session, owner: ConnectionOwner) {
    this.context = context;
    this.session = session;
    this.owner = owner;
    this.ring = new CommandRing({ count: 0, bytes: 0 }, context.outcomes);
    this.#writer = new WriteSide(this.ring);
    this.#reader = new ReadSide(this, context.clock, {
      protocol: 3,
      limits: context.limits,
      decodeText: context.platform.decodeText,
    });
    const { deadlines, commandTimeoutMs, stallTimeoutMs, endpoint } = context;
    const onExpired = () => this.owner.timedOut(this);
    this.#deadline = new RingDeadline(this.ring, deadlines, commandTimeoutMs, endpoint, onExpired);
    this.#stall = new StallWatch(this, deadlines, stallTimeoutMs, () => this.owner.stalled(this));
    this.aliveAt = context.clock.now();
  }

  #isGone = false;
  #onGone: (() => void) | undefined;

  /** Where the connection is in its life. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** `host:port` or the path of the Unix socket. */
  get endpoint(): string {
    return this.context.endpoint;
  }

  /** How replies are returned when their call does not say. */
  get mapping(): Mapping {
    return this.context.mapping;
  }

  /** Whether nothing is queued or in flight and no byte waits that belongs to nobody. */
  get isQuiet(): boolean {
    return this.ring.size === 0 && this.#reader.isEmpty;
  }

  /** Takes the open socket; commands that were queued meanwhile leave now. */
  attach(socket: Socket): void {
    this.#writer.socket = socket;
    if (this.#state === "closed") socket.destroy();
    else this.#scheduleFlush();
  }

  /** Marks the handshake as done. */
  becomeReady(): void {
    if (this.#state === "opening") this.#state = "ready";
    this.#reader.protocol = this.protocol;
    if (this.ring.size === 0) this.#quiet();
  }

  /** Takes no new commands of its owner from now on; commands in flight finish. */
  retire(): void {
    if (this.#state === "ready") this.#state = "retiring";
  }

  /**
   * Queues a command; it leaves at the end of the turn. The promise settles with its reply, its error, or by a
   * deadline. The arguments must not change before that.
   */
  send(args: readonly Argument[], call?: Call): Promise<unknown> {
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
    const { ring } = this;
    ring.push(args, resolve, reject, call, weight, count);
    if (!this.#flushIsDue) this.#scheduleFlush();
    else if (ring.size - ring.sent === fullBatch && !this.#writer.isBlocked) this.#flushNow();
  }

  /** Takes over the commands of a ring that has no connection, in order: all, or those whose arguments it `takes`. */
  adopt(ring: CommandRing, takes?: (args: readonly Argument[]) => boolean): void {
    if (ring.size === 0) return;
    ring.stamp(this.context.clock.now());
    for (let n = ring.size; n > 0; n--) {
      ring.moveHeadTo(takes === undefined || takes(ring.args[ring.head]!) ? this.ring : ring);
    }
    this.#hasAdopted = true;
    if (!this.#flushIsDue) this.#scheduleFlush();
  }

  /** Ends the connection at once. What is unsettled goes to the owner with `error`. */
  destroy(error: RedisError = this.#killed()): void {
    this.#end(error);
  }

  /** Resolves once the socket of a connection that was ended is gone; `undefined` when it is, or never was. */
  gone(): Promise<void> | undefined {
    if (this.#isGone || this.#writer.socket === undefined) return undefined;
    return new Promise((resolve) => this.#onGone = resolve);
  }

  #killed(): ConnectionLostError {
    const { endpoint } = this;
    return new ConnectionLostError("CONN_KILLED", `the connection to ${endpoint} was ended by its holder`, {
      endpoint,
    });
  }

  #scheduleFlush(): void {
    this.#flushIsDue = true;
    this.#patience = patientTicks;
    queueMicrotask(this.#flush);
  }

  /** Writes when all callers that were just served have sent again, or have had the time to. */
  readonly #flush = (): void => {
    const { ring } = this;
    if (ring.size - ring.sent < this.#served && this.#patience-- > 0) return queueMicrotask(this.#flush);
    this.#flushIsDue = false;
    this.#flushNow();
    this.#served = 0;
  };

  #flushNow(): void {
    const { ring } = this;
    this.#served -= ring.size - ring.sent;
    if (this.#endedBy !== undefined) return this.#loseRing(this.#endedBy);
    const isIdle = ring.size === 0;
    if (ring.size > ring.sent) {
      const now = this.context.clock.now();
      ring.stamp(now);
      if (this.#hasAdopted) this.#deadline.watchMoved();
      else this.#deadline.watch();
      this.#hasAdopted = false;
      this.#stall.watch(now);
      if (!this.#isRefd) this.#setRef(true);
      this.context.busyPoll?.watch(ring);
    }
    this.#writer.write();
    // Nothing of what was queued had to be sent, so no reply will tell.
    if (!isIdle && ring.size === 0) this.#settled();
  }

  /** Bytes arrived; part of the socket contract. */
  data(chunk: Uint8Array): boolean {
    if (this.#state === "closed") return true;
    this.aliveAt = this.context.clock.now();
    return this.#read(chunk);
  }

  /** Settles the replies of a chunk, or those that are left of the last one. Returns whether the next one may come. */
  #read(chunk: Uint8Array | undefined): boolean {
    let isDone = true;
    const { ring } = this;
    const unsettled = ring.size;
    try {
      isDone = chunk === undefined ? this.#reader.readOn() : this.#reader.read(chunk);
    } catch (error) {
      this.#end(error as RedisError);
      return true;
    }
    this.#served = unsettled - ring.size;
    if (!isDone) {
      const { clock, platform: { nextTurn } } = this.context;
      if (nextTurn === undefined) clock.setTimer(this.#readOn, 0, true);
      else nextTurn(this.#readOn);
    }
    this.#settled();
    return isDone;
  }

  readonly #readOn = (): void => {
    if (this.#state !== "closed" && this.#read(undefined)) this.#writer.socket?.resume();
  };

  /** The oldest command was refused; for the read side. */
  takesOver(error: RedisError): boolean {
    return this.owner.refused(this, error);
  }

  /** A value came that answers no command; for the read side. */
  pushed(value: unknown[]): void {
    this.context.onPush?.(value);
  }

  /** A large reply is coming in; for the read side. */
  receivesLarge(): void {
    const { mapping, platform } = this.context;
    const { strings } = this.ring.calls[this.ring.head]?.mapping ?? mapping;
    if (strings === "bytes" || platform.decodeText?.longestInPieces) platform.keepMemory?.();
    this.owner.receivesLarge(this);
  }

  /** Whether the handshake is not done yet. */
  get isOpening(): boolean {
    return this.#state === "opening";
  }

  /** Whether the connection has ended. */
  get hasEnded(): boolean {
    return this.#state === "closed";
  }

  #settled(): void {
    if (this.ring.size === 0) this.#quiet();
    this.owner.progressed(this);
  }

  /** Lets the process end, unless the callers that were just served send more in this turn. */
  #quiet(): void {
    if (!this.#isRefd || this.#state === "opening" || this.#quietTicks > 0) return;
    this.#quietTicks = quietTicks;
    queueMicrotask(this.#unrefIfQuiet);
  }

  readonly #unrefIfQuiet = (): void => {
    if (this.ring.size > 0) this.#quietTicks = 0;
    else if (--this.#quietTicks > 0) queueMicrotask(this.#unrefIfQuiet);
    else if (this.#isRefd) this.#setRef(false);
  };

  #setRef(ref: boolean): void {
    this.#isRefd = ref;
    if (ref) this.#writer.socket?.ref();
    else this.#writer.socket?.unref();
  }

  /** The socket can take more; part of the socket contract. */
  drain(): void {
    if (this.#state === "closed") return;
    this.#writer.drain();
    this.#settled();
  }

  /** The socket is gone; part of the socket contract. */
  close(error?: unknown): void {
    const { endpoint } = this;
    this.#isGone = true;
    this.#onGone?.();
    this.#end(
      error instanceof ConnectionLostError
        ? error
        : new ConnectionLostError("CONN_CLOSED", `${endpoint} closed the connection`, { endpoint }),
    );
  }

  #end(error: RedisError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#endedBy = error;
    this.#deadline.stop();
    this.#stall.stop();
    this.#writer.socket?.destroy();
    this.ring.stamp(this.context.clock.now());
    const { onClose } = this;
    this.onClose = undefined;
    onClose?.(error);
    this.owner.lost(this, this.ring, error);
  }

  /** Commands may still be pushed by someone who has not heard of the end. */
  #loseRing(error: RedisError): void {
    if (this.ring.size === 0) return;
    this.ring.stamp(this.context.clock.now());
    this.owner.lost(this, this.ring, error);
  }
}
