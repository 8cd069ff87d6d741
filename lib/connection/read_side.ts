/**
 * From the socket to the callers: each chunk is decoded, and each reply settles the oldest command that was sent.
 *
 * So that a flood of replies does not keep everything else waiting, no turn reads for longer than its budget: the rest
 * is kept, reading stops, and goes on in a turn of its own.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { ProtocolError, type RedisError, type ReplyError } from "../errors.ts";
import { Decoder, type DecoderOptions, incomplete } from "../resp/decoder.ts";
import { type Call, ownCall, type ReplySource, skipped } from "./call.ts";
import { describe } from "./command.ts";
import type { CommandRing } from "./command_ring.ts";

/** The connection as its read side sees it. */
export interface ReadHost extends ReplySource {
  /** The commands that replies settle. */
  readonly ring: CommandRing;
  /** Clock time at which the chunk that is being read arrived. */
  readonly aliveAt: number;
  /** Whether the handshake is not done yet. */
  readonly isOpening: boolean;
  /** Whether it has ended, so that nothing more is settled. */
  readonly hasEnded: boolean;
  /** The oldest command was refused. Returns whether it was taken out of the ring, to be sent again. */
  takesOver(error: RedisError): boolean;
  /** A value that answers no command. */
  pushed(value: unknown[]): void;
  /** A reply that spans several chunks turns out to be large. */
  receivesLarge(): void;
}

/** Milliseconds of a turn that replies may take: half of what anybody else should have to wait. */
const turnBudgetMs = 5;
/** Replies between two looks at the clock. */
const repliesPerLook = 256;
/** Milliseconds of one reply, however many chunks it has. Deno takes so long for a turn that less would double its time. */
const replyBudgetMs = 50;
/** A reply of which so much came without its end is large. */
const largeReplyBytes = 131_072;

/** Reads the replies of one connection. */
export class ReadSide {
  readonly #host: ReadHost;
  readonly #clock: Clock;
  readonly #decoder: Decoder;
  /** When the turn began in which many replies came; `undefined` in a turn with few. */
  #turnStart: number | undefined;
  /** Bytes of the reply that is coming in, in chunks that completed no reply. */
  #unfinishedBytes = 0;
  /** When that began, or others had their turn last. */
  #unfinishedSince = 0;

  /** Makes the read side of a connection. */
  constructor(host: ReadHost, clock: Clock, options: DecoderOptions) {
    this.#host = host;
    this.#clock = clock;
    this.#decoder = new Decoder(options);
  }

  /** Whether no byte waits that belongs to nobody. */
  get isEmpty(): boolean {
    return this.#decoder.isEmpty;
  }

  /** Refuses the types of RESP3 from now on when it is 2. */
  set protocol(protocol: 2 | 3) {
    this.#decoder.protocol = protocol;
  }

  /**
   * Reads the replies of a chunk. Returns whether the next one may come; otherwise `readOn` must be called first, in
   * another turn.
   *
   * @throws {ProtocolError} The peer broke the protocol, or answered what nobody asked.
   */
  read(chunk: Uint8Array): boolean {
    const { ring } = this.#host;
    const { sent, head, times } = ring;
    const startedAt = ring.start[head]!;
    this.#decoder.feed(chunk);
    const isDone = this.#settleReplies();
    if (times !== undefined && ring.sent < sent) times.record(this.#host.aliveAt - startedAt);
    const isOverlong = this.#noteSize(chunk.length, sent > 0 && ring.sent === sent && ring.head === head);
    return isDone && !isOverlong;
  }

  /** Reads what was left over. Returns whether all of it was read. */
  readOn(): boolean {
    this.#beginTurn(this.#clock.now());
    return this.#settleReplies();
  }

  /** Settles commands until the bytes or the budget are used up. Returns whether it was the bytes. */
  #settleReplies(): boolean {
    const host = this.#host;
    const { ring, mapping } = host;
    const decoder = this.#decoder;
    // Counted once a chunk: what is done for each command has to be as little as can be.
    let answered = 0;
    try {
      for (let replies = 1;; replies++) {
        let call = ring.calls[ring.head];
        if (call === skipped) {
          ring.dropSkipped();
          call = ring.calls[ring.head];
        }
        const value = decoder.read(call?.mapping ?? mapping);
        if (value === incomplete) break;
        if (call === undefined && decoder.kind === "reply" && ring.sent > 0) {
          const resolve = ring.resolve[ring.head]!;
          ring.shift();
          answered++;
          resolve(value);
        } else if (decoder.kind === "push") host.pushed(value as unknown[]);
        else this.#settleHead(value, call);
        if (host.hasEnded) break;
        if (replies % repliesPerLook === 0 && this.#isBudgetSpent()) {
          decoder.keep();
          return false;
        }
      }
      ring.dropSkipped();
      return true;
    } finally {
      ring.outcomes.ok += answered;
    }
  }

  /** Settles the oldest command when it has a call or its reply is an error. */
  #settleHead(value: unknown, call: Call | undefined): void {
    const host = this.#host;
    const { ring } = host;
    if (ring.sent === 0) throw this.#unsolicited(value);
    const args = ring.args[ring.head]!;
    const resolve = ring.resolve[ring.head]!;
    const reject = ring.reject[ring.head]!;
    const isError = this.#decoder.kind === "error";
    if (isError) describe(value as RedisError, args, host.endpoint);
    if (isError && host.takesOver(value as RedisError)) return;
    if (isError) ring.failed(ring.head, value);
    else if (!call?.hasDeadline && call !== ownCall) ring.outcomes.ok++;
    if (call === undefined) {
      ring.shift();
      reject(value);
    } else if (call.reply(value, isError, args, resolve, reject, host)) ring.shift();
  }

  /** A server that is full says so before it was asked anything; every other value nobody asked for is poison. */
  #unsolicited(value: unknown): RedisError {
    const { endpoint, isOpening } = this.#host;
    if (isOpening && this.#decoder.kind === "error") return value as ReplyError;
    return new ProtocolError("UNSOLICITED_REPLY", `${endpoint} sent a reply that no command asked for`, 0, undefined, {
      endpoint,
    });
  }

  /** Whether this turn has read for long enough. */
  #isBudgetSpent(): boolean {
    if (this.#turnStart === undefined) this.#beginTurn(this.#host.aliveAt);
    return this.#clock.now() - this.#turnStart! > turnBudgetMs;
  }

  /** A timer tells the next turn from this one. */
  #beginTurn(now: number): void {
    this.#turnStart = now;
    this.#clock.setTimer(this.#endTurn, 0, false);
  }

  readonly #endTurn = (): void => {
    this.#turnStart = undefined;
  };

  /**
   * Tells the host when the reply that is coming in turns out to be large. Returns whether others should have a turn
   * before more of it is read.
   */
  #noteSize(bytes: number, isSameReply: boolean): boolean {
    const { aliveAt } = this.#host;
    const before = isSameReply ? this.#unfinishedBytes : 0;
    this.#unfinishedBytes = isSameReply ? before + bytes : 0;
    if (before < largeReplyBytes && this.#unfinishedBytes >= largeReplyBytes) this.#host.receivesLarge();
    if (before > 0 && aliveAt - this.#unfinishedSince < replyBudgetMs) return false;
    this.#unfinishedSince = aliveAt;
    return before > 0;
  }
}
