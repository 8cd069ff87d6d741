/**
 * A `Socket` over a connection whose reads and writes are promises.
 *
 * @module
 */
import { lostError } from "./failures.ts";
import type { Socket, SocketHandler, Target } from "./socket.ts";

/** What is used of the connection, reading aside. */
export interface PromiseConnection {
  /** Resolves to how many of the bytes were written, at least one. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends both directions, dropping what is not written yet. */
  close(): void;
  /** Keeps the process alive. */
  ref(): void;
  /** Lets the process end. */
  unref(): void;
}

const nothing: Uint8Array = new Uint8Array(0);

/** Everything but the reading, which each runtime does its own way. */
export abstract class PromiseSocket implements Socket {
  readonly #connection: PromiseConnection;
  readonly #target: Target;
  readonly #handler: SocketHandler;
  /** What of the last write is not written yet. */
  #unwritten = nothing;
  /** Why writing failed. Reading goes on to its end: the peer may have said why it left. */
  #writeError: unknown;
  #destroyed = false;
  /** Set while reading is paused: goes on. */
  #goOn: (() => void) | undefined;

  /** Takes over an open connection; `start` begins to read. */
  constructor(connection: PromiseConnection, target: Target, handler: SocketHandler) {
    this.#connection = connection;
    this.#target = target;
    this.#handler = handler;
  }

  /** Reads until the peer ends, giving every chunk to `deliver`; rejects when the connection breaks. */
  protected abstract readAll(): Promise<void>;

  /** Reads from now on. */
  start(): this {
    this.readAll().then(() => this.#end(this.#writeError), (error) => this.#end(error));
    return this;
  }

  /** Whether `destroy` was called; nothing is read after it. */
  protected get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Hands a chunk over. A promise means: read on when it resolves. */
  protected deliver(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#handler.data(chunk) || this.#destroyed) return undefined;
    return new Promise((resolve) => this.#goOn = resolve);
  }

  /** Closes if that was not done yet; only the first reason counts. */
  #end(error: unknown): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#unwritten = nothing;
    this.#connection.close();
    this.resume();
    const reason = error === undefined ? undefined : lostError(error, this.#target);
    // The peer may leave before the connector's promise has reached its caller; a task of its own comes after that.
    setTimeout(() => this.#handler.close(reason), 0);
  }

  /** Writes in the background: `drain` always follows. */
  write(bytes: Uint8Array, length: number = bytes.length): boolean {
    if (this.#destroyed) return true;
    this.#unwritten = length === bytes.length ? bytes : bytes.subarray(0, length);
    this.#connection.write(this.#unwritten).then(this.#wrote, this.#failed);
    return false;
  }

  readonly #wrote = (count: number): void => {
    if (this.#destroyed) return;
    if (count < this.#unwritten.length) {
      this.write(this.#unwritten.subarray(count));
    } else {
      this.#unwritten = nothing;
      this.#handler.drain();
    }
  };

  readonly #failed = (error: unknown): void => {
    this.#writeError = error;
  };

  /** Reads on. */
  resume(): void {
    this.#goOn?.();
    this.#goOn = undefined;
  }

  /** Keeps the process alive while the socket is open. */
  ref(): void {
    if (!this.#destroyed) this.#connection.ref();
  }

  /** Lets the process end though the socket is open. */
  unref(): void {
    if (!this.#destroyed) this.#connection.unref();
  }

  /** Ends the socket; what is not written yet is dropped. */
  destroy(): void {
    this.#end(undefined);
  }
}
