/**
 * A socket without a network. The test plays the peer and the kernel: it feeds chunks, sees writes, decides what a
 * write returns, and says when and how the socket ends.
 *
 * It is as unkind as the contract allows: a chunk is overwritten once the handler returns, nothing is delivered while
 * reading is paused, and calls never overlap.
 *
 * @module
 */
import type { Socket, SocketHandler, Target } from "../net/socket.ts";
import { AsyncQueue } from "./async_queue.ts";
import { type Answer, type Bytes, toBytes, toLatin1, utf8FromLatin1 } from "./bytes.ts";
import { CommandReader } from "./command_reader.ts";

/** What a handler that keeps a chunk will find in it. */
const overwritten = 0xee;

/**
 * A `Socket` whose other side is the test.
 *
 * @example
 * ```ts
 * import { FaultyConnector } from "@respool/respool/testing";
 *
 * const network = new FaultyConnector();
 * // pass network.connect as `connector`, then:
 * const socket = await network.nextSocket();
 * console.log(await socket.nextCommand()); // [ "PING" ]
 * socket.feed("+PO");
 * socket.feed("NG\r\n");
 * ```
 */
export class FaultySocket implements Socket {
  /** Where the connection wanted to go. */
  readonly target: Target;
  /** A copy of each write's bytes, oldest first. */
  readonly writes: Uint8Array[] = [];
  /** Every command that was written, decoded as UTF-8, oldest first. */
  readonly commands: string[][] = [];
  /** What the connection did against the contract of `Socket`; empty when it kept to it. */
  readonly violations: string[] = [];
  /** While set, `write` returns `false` and the bytes stay the caller's loan until `drain()`. */
  stallsWrites = false;
  /** When set, answers each command shortly after it was written. */
  answer: Answer | undefined;

  readonly #handler: SocketHandler;
  readonly #reader = new CommandReader(false);
  readonly #untaken = new AsyncQueue<string[]>();
  /** Chunks that wait for the handler to read on; `undefined` is the peer's end. */
  readonly #arrivals: (Uint8Array | undefined)[] = [];
  /** The buffer of a write that returned `false`, and what was in it then. */
  #loan: { bytes: Uint8Array; copy: Uint8Array } | undefined;
  #delivering = false;
  #paused = false;
  #closed = false;
  #destroyed = false;
  #refd = true;

  /** Makes an open socket that reports to `handler`. */
  constructor(target: Target, handler: SocketHandler) {
    this.target = target;
    this.#handler = handler;
  }

  /** Whether the handler asked for no more data. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether the handler has heard `close`. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether the connection called `destroy`. */
  get isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** Whether the socket would keep the process alive. */
  get isRefd(): boolean {
    return this.#refd && !this.#closed;
  }

  /** Whether a write waits for `drain()`. */
  get isStalled(): boolean {
    return this.#loan !== undefined;
  }

  /** Takes the oldest command that no one took yet, or waits for it. Rejects when the socket closes before one comes. */
  nextCommand(): Promise<string[]> {
    return this.#untaken.take();
  }

  /** The handler gets each chunk by a call of its own: now, or when it reads on. */
  feed(...chunks: Bytes[]): void {
    for (const chunk of chunks) this.#arrivals.push(toBytes(chunk));
    this.#deliver();
  }

  /** The peer ends in order: what was fed is delivered first. */
  end(): void {
    this.#arrivals.push(undefined);
    this.#deliver();
  }

  /** The socket breaks at once; what was not delivered is lost. */
  fail(error: unknown): void {
    this.#close(error);
  }

  /** The stalled write's bytes are gone; the connection hears `drain`. Does nothing when no write is stalled. */
  drain(): void {
    const loan = this.#loan;
    if (loan === undefined || this.#closed) return;
    this.#loan = undefined;
    if (loan.bytes.some((byte, i) => byte !== loan.copy[i])) this.violations.push("changed a buffer before drain");
    this.#handler.drain();
  }

  /** Part of `Socket`: records the bytes. */
  write(whole: Uint8Array, length: number = whole.length): boolean {
    if (this.#closed || this.#destroyed) return true;
    if (this.#loan !== undefined) this.violations.push("wrote before drain");
    const bytes = whole.subarray(0, length);
    const copy = bytes.slice();
    this.writes.push(copy);
    this.#decode(copy);
    if (!this.stallsWrites) return true;
    this.#loan = { bytes, copy };
    return false;
  }

  /** Part of `Socket`: reads on, from a microtask. */
  resume(): void {
    this.#paused = false;
    queueMicrotask(() => this.#deliver());
  }

  /** Part of `Socket`. */
  ref(): void {
    this.#refd = true;
  }

  /** Part of `Socket`. */
  unref(): void {
    this.#refd = false;
  }

  /** Part of `Socket`: `close` follows from a microtask. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    queueMicrotask(() => this.#close());
  }

  #decode(bytes: Uint8Array): void {
    try {
      this.#reader.feed(toLatin1(bytes));
      for (let args = this.#reader.next(); args !== undefined; args = this.#reader.next()) {
        this.#record(args.map(utf8FromLatin1));
      }
    } catch {
      this.violations.push("wrote bytes that are no command");
    }
  }

  #record(args: string[]): void {
    this.commands.push(args);
    this.#untaken.push(args);
    queueMicrotask(() => {
      const reply = this.answer?.(args);
      if (reply !== undefined) this.feed(reply);
    });
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#arrivals.length > 0 && !this.#paused && !this.#closed && !this.#destroyed) {
        const chunk = this.#arrivals.shift();
        if (chunk === undefined) return this.#close();
        this.#paused = !this.#handler.data(chunk);
        chunk.fill(overwritten);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#arrivals.length = 0;
    this.#untaken.fail(new Error("the socket closed"));
    this.#handler.close(error);
  }
}
