/**
 * An open stream with the events and methods of Node's sockets, as a `Socket`. Deno and Bun offer the same streams, so
 * this file knows no runtime.
 *
 * @module
 */
import type { ConnectionLostError, TlsError } from "../errors.ts";
import { lostError } from "./failures.ts";
import type { Socket, SocketHandler, Target } from "./socket.ts";
import { refusesCertificate, tlsError } from "./tls_failures.ts";

/** Written behind bytes that the kernel did not take, to learn when they are gone; costs nothing when it did. */
const nothing = new Uint8Array(0);

/** What is used of a TCP, Unix or TLS stream. */
export interface Stream {
  readonly destroyed: boolean;
  readonly writableLength: number;
  on(event: string, listener: (detail: unknown) => void): unknown;
  write(bytes: Uint8Array, done?: () => void): boolean;
  setNoDelay(on: boolean): unknown;
  setKeepAlive(on: boolean, afterMs: number): unknown;
  pause(): unknown;
  resume(): unknown;
  ref(): unknown;
  unref(): unknown;
  destroy(): unknown;
}

/** A plain or a TLS stream. Whoever opened it calls `read` and `ended`. */
export class StreamSocket implements Socket {
  readonly #stream: Stream;
  readonly #target: Target;
  readonly #handler: SocketHandler;
  #destroyed = false;
  #paused = false;
  #resuming = false;
  #starting = false;
  /** What TLS had read ahead when reading was paused. */
  readonly #ahead: Uint8Array[] = [];
  /** What remains to be told once reading goes on. */
  #end: (() => void) | undefined;

  constructor(stream: Stream, target: Target, handler: SocketHandler) {
    this.#stream = stream;
    this.#target = target;
    this.#handler = handler;
  }

  /** Takes a chunk of the stream's buffer; `false` stops reading. */
  read(chunk: Uint8Array): boolean {
    if (this.#destroyed) return false;
    if (this.#paused) this.#ahead.push(chunk.slice());
    else this.#paused = !this.#handler.data(chunk);
    return this.#starting || !this.#paused;
  }

  /** Tells that the stream is closed, once all that was read is told. */
  ended(failure: unknown): void {
    const error = this.#destroyed || failure === undefined ? undefined : lossOf(failure, this.#target);
    this.#end = () => this.#handler.close(error);
    if (this.#destroyed || !this.#paused) this.#finish();
  }

  #finish(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.();
  }

  write(bytes: Uint8Array, length: number = bytes.length): boolean {
    const stream = this.#stream;
    if (stream.destroyed) return true;
    if (length < bytes.length) bytes = bytes.subarray(0, length);
    // TLS never has the bytes gone by the time it returns.
    if (this.#target.tls !== undefined) {
      stream.write(bytes, this.#written);
      return false;
    }
    stream.write(bytes);
    // The stream tries the kernel first: what is left is what the kernel did not take.
    if (stream.writableLength === 0) return true;
    stream.write(nothing, this.#written);
    return false;
  }

  readonly #written = (): void => {
    if (!this.#stream.destroyed) this.#handler.drain();
  };

  resume(): void {
    if (!this.#paused || this.#resuming) return;
    this.#resuming = true;
    // Not from within this call: the caller has not returned yet.
    if (this.#ahead.length > 0 || this.#end !== undefined) queueMicrotask(this.#readOn);
    else this.#readOn();
  }

  readonly #readOn = (): void => {
    this.#resuming = this.#paused = false;
    while (!this.#paused && !this.#destroyed && this.#ahead.length > 0) this.read(this.#ahead.shift()!);
    if (this.#paused) return;
    if (this.#end !== undefined) this.#finish();
    else this.#readStream();
  };

  /** Deno's TLS hands out what it held back while it starts, and forgets the end behind that if stopped meanwhile. */
  #readStream(): void {
    this.#starting = true;
    this.#stream.resume();
    this.#starting = false;
    if (this.#paused) this.#stream.pause();
  }

  ref(): void {
    this.#stream.ref();
  }

  unref(): void {
    this.#stream.unref();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#stream.destroy();
    if (this.#end !== undefined) queueMicrotask(() => this.#finish());
  }
}

function lossOf(error: unknown, target: Target): TlsError | ConnectionLostError {
  return refusesCertificate(error) ? tlsError(error, target) : lostError(error, target);
}
