/**
 * One socket and the ordered ring of its commands.
 *
 * ```txt
 *   opening ──handshake──► ready ──retire──► retiring ──last reply──► closed
 *      └───────────────────────┴──── loss, protocol error, destroy ──────┘
 * ```
 *
 * Commands of one turn are encoded and written together, in a microtask behind the first of them. A reply settles the
 * oldest command that was sent; a value that no command asked for ends the connection. What is unsettled when the
 * connection ends is handed to its owner, who must settle each.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { ConnectionLostError, ProtocolError, type RedisError, type ReplyError } from "../errors.ts";
import type { Socket, SocketHandler } from "../net/socket.ts";
import { Decoder, incomplete } from "../resp/decoder.ts";
import { type Argument, Encoder } from "../resp/encoder.ts";
import type { Limits } from "../resp/limits.ts";
import type { Mapping } from "../resp/mapping.ts";
import { type Call, capture, captured, type Reject, type ReplySource, type Resolve, skipped } from "./call.ts";
import { CommandRing } from "./command_ring.ts";
import { describe, verbOf, weigh } from "./command.ts";
import { RingDeadline } from "./ring_deadline.ts";
import { StallWatch } from "./stall_watch.ts";
import type { Session } from "./session.ts";

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
  /** How replies are returned. */
  mapping: Mapping;
  /** `host:port` or path, for errors. */
  endpoint: string;
  /** Called with each push. */
  onPush: ((push: unknown[]) => void) | undefined;
}

/** Bytes after which a batch is written before more commands are encoded. */
const batchBytes = 65_536;

/** Commands that are worth a write before the turn is over: the server can begin while the rest is still queued. */
const fullBatch = 256;

/** A reply of which so much came without its end is large. */
const largeReplyBytes = 131_072;

/** One socket, one ordered ring. */
export class Connection implements SocketHandler, ReplySource {
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
  #socket: Socket | undefined;
  readonly #encoder = new Encoder();
  readonly #decoder: Decoder;
  readonly #deadline: RingDeadline;
  readonly #stall: StallWatch;
  #flushIsDue = false;
  /** Whether the socket still reads from the encoder's buffer. */
  #isWriting = false;
  /** Bytes of the reply that is coming in, in chunks that completed no reply. */
  #unfinishedBytes = 0;
  /** Pieces that the socket has not taken yet. */
  #pieces: Uint8Array[] = [];
  #isRefd = true;
  #endedBy: RedisError | undefined;
  /** Whether commands came that may be older than those before them. */
  #hasAdopted = false;

  /** Makes a connection that waits for its socket. */
  constructor(context: ConnectionContext, session: Session, owner: ConnectionOwner) {
    this.context = context;
    this.session = session;
    this.owner = owner;
    this.ring = new CommandRing({ count: 0, bytes: 0 });
    this.#decoder = new Decoder({ limits: context.limits });
    const { deadlines, commandTimeoutMs, stallTimeoutMs, endpoint } = context;
    const onExpired = () => this.owner.timedOut(this);
    this.#deadline = new RingDeadline(this.ring, deadlines, commandTimeoutMs, endpoint, onExpired);
    this.#stall = new StallWatch(this, deadlines, stallTimeoutMs, () => this.owner.stalled(this));
    this.aliveAt = context.clock.now();
  }

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
    return this.ring.size === 0 && this.#decoder.isEmpty;
  }

  /** Takes the open socket; commands that were queued meanwhile leave now. */
  attach(socket: Socket): void {
    this.#socket = socket;
    if (this.#state === "closed") socket.destroy();
    else this.#scheduleFlush();
  }

  /** Marks the handshake as done. */
  becomeReady(): void {
    if (this.#state === "opening") this.#state = "ready";
    this.#decoder.protocol = this.protocol;
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
    else if (ring.size - ring.sent === fullBatch && !this.#isWriting) this.#flushNow();
  }

  /** Takes over the commands of a ring that has no connection, in order. */
  adopt(ring: CommandRing): void {
    if (ring.size === 0) return;
    ring.moveUnsentTo(this.ring);
    this.#hasAdopted = true;
    if (!this.#flushIsDue) this.#scheduleFlush();
  }

  /** Ends the connection at once. What is unsettled goes to the owner with `error`. */
  destroy(error: RedisError = this.#killed()): void {
    this.#end(error);
  }

  #killed(): ConnectionLostError {
    const { endpoint } = this;
    return new ConnectionLostError("CONN_KILLED", `the connection to ${endpoint} was ended by its holder`, {
      endpoint,
    });
  }

  #scheduleFlush(): void {
    this.#flushIsDue = true;
    queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushIsDue = false;
    this.#flushNow();
  };

  #flushNow(): void {
    const ring = this.ring;
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
    }
    this.#write();
    // Nothing of what was queued had to be sent, so no reply will tell.
    if (!isIdle && ring.size === 0) this.#settled();
  }

  /** Encodes and writes until the socket is full or nothing is queued. */
  #write(): void {
    const ring = this.ring;
    while (!this.#isWriting && this.#socket !== undefined && ring.size > ring.sent) {
      this.#encode();
      if (this.#encoder.hasPieces) this.#pieces = this.#encoder.take();
      else if (this.#encoder.length > 0) this.#isWriting = !this.#socket.write(this.#encoder.takeOne());
      this.#writePieces();
    }
  }

  #writePieces(): void {
    while (!this.#isWriting && this.#pieces.length > 0) {
      const piece = this.#pieces.shift()!;
      this.#isWriting = !this.#socket!.write(piece);
    }
  }

  /** Encodes queued commands, up to about `batchBytes`. */
  #encode(): void {
    const { ring } = this;
    const encoder = this.#encoder;
    while (ring.size > ring.sent && encoder.length < batchBytes && !encoder.hasPieces) {
      const i = (ring.head + ring.sent) & ring.mask;
      const call = ring.calls[i];
      try {
        if (call === undefined) encoder.append(ring.args[i]!);
        else if (!call.encode(encoder, ring.args[i]!)) ring.calls[i] = skipped;
      } catch (error) {
        this.#rejectUnsent(i, error as RedisError);
      }
      ring.sent++;
    }
    this.#dropSkipped();
  }

  /** A command that cannot be encoded is rejected alone; its place stays until its turn comes. */
  #rejectUnsent(i: number, error: RedisError): void {
    const call = this.ring.calls[i];
    error.command = verbOf(this.ring.args[i]!);
    if (call === undefined) this.ring.reject[i]!(error);
    else call.fail(error, this.ring.reject[i]!);
    this.ring.calls[i] = skipped;
  }

  #dropSkipped(): void {
    const ring = this.ring;
    while (ring.sent > 0 && ring.calls[ring.head] === skipped) ring.shift();
  }

  /** Bytes arrived; part of the socket contract. */
  data(chunk: Uint8Array): boolean {
    if (this.#state === "closed") return true;
    this.aliveAt = this.context.clock.now();
    const { ring } = this;
    const { sent, head } = ring;
    try {
      this.#decoder.feed(chunk);
      this.#readReplies();
    } catch (error) {
      this.#end(error as RedisError);
      return true;
    }
    this.#dropSkipped();
    if (ring.sent > 0) this.#noteSize(chunk.length, ring.sent === sent && ring.head === head);
    this.#settled();
    return true;
  }

  #settled(): void {
    if (this.ring.size === 0) this.#quiet();
    this.owner.progressed(this);
  }

  /** Tells the owner when the reply that is coming in turns out to be large. */
  #noteSize(bytes: number, isSameReply: boolean): void {
    const before = isSameReply ? this.#unfinishedBytes : 0;
    this.#unfinishedBytes = isSameReply ? before + bytes : 0;
    if (before < largeReplyBytes && this.#unfinishedBytes >= largeReplyBytes) this.owner.receivesLarge(this);
  }

  #readReplies(): void {
    const ring = this.ring;
    const decoder = this.#decoder;
    const mapping = this.context.mapping;
    for (;;) {
      let call = ring.calls[ring.head];
      if (call === skipped) {
        this.#dropSkipped();
        call = ring.calls[ring.head];
      }
      const value = decoder.read(call?.mapping ?? mapping);
      if (value === incomplete) return;
      if (call === undefined && decoder.kind === "reply" && ring.sent > 0) {
        const resolve = ring.resolve[ring.head]!;
        ring.shift();
        resolve(value);
      } else if (decoder.kind === "push") this.context.onPush?.(value as unknown[]);
      else this.#settleHead(value, call);
      if (this.#state === "closed") return;
    }
  }

  /** Settles the oldest command when it has a call or its reply is an error. */
  #settleHead(value: unknown, call: Call | undefined): void {
    const ring = this.ring;
    if (ring.sent === 0) throw this.#unsolicited(value);
    const args = ring.args[ring.head]!;
    const resolve = ring.resolve[ring.head]!;
    const reject = ring.reject[ring.head]!;
    const isError = this.#decoder.kind === "error";
    if (isError) describe(value as RedisError, args, this.endpoint);
    if (isError && this.owner.refused(this, value as RedisError)) return;
    if (call === undefined) {
      ring.shift();
      reject(value);
    } else if (call.reply(value, isError, args, resolve, reject, this)) ring.shift();
  }

  /** A server that is full says so before it was asked anything; every other value nobody asked for is poison. */
  #unsolicited(value: unknown): RedisError {
    if (this.#state === "opening" && this.#decoder.kind === "error") return value as ReplyError;
    const { endpoint } = this;
    return new ProtocolError("UNSOLICITED_REPLY", `${endpoint} sent a reply that no command asked for`, 0, undefined, {
      endpoint,
    });
  }

  /** Lets the process end, unless the callers that were just served send more in this turn. */
  #quiet(): void {
    if (this.#isRefd && this.#state !== "opening") queueMicrotask(this.#unrefIfQuiet);
  }

  readonly #unrefIfQuiet = (): void => {
    if (this.#isRefd && this.ring.size === 0) this.#setRef(false);
  };

  #setRef(ref: boolean): void {
    this.#isRefd = ref;
    if (ref) this.#socket?.ref();
    else this.#socket?.unref();
  }

  /** The socket can take more; part of the socket contract. */
  drain(): void {
    this.#isWriting = false;
    if (this.#state === "closed") return;
    this.#writePieces();
    this.#write();
    this.#settled();
  }

  /** The socket is gone; part of the socket contract. */
  close(error?: unknown): void {
    const { endpoint } = this;
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
    this.#socket?.destroy();
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
