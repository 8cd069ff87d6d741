/**
 * Sockets of Bun.
 *
 * `Bun.connect` cannot be told to stop connecting: the attempt would outlive its caller by minutes and keep the process
 * alive. `node:net` can, so it connects, and the native socket underneath, the one that `Bun.connect` resolves to, goes
 * on alone.
 *
 * @module
 */
import { connect } from "node:net";
import { lostError } from "./failures.ts";
import { type Connect, openStream, readBufferBytes } from "./open_stream.ts";
import { ownTarget } from "./own_target.ts";
import type { Connector, Socket, SocketHandler, Target } from "./socket.ts";
import type { Stream } from "./stream_socket.ts";

/** What is used of `Bun.Socket`. */
interface NativeSocket {
  write(bytes: Uint8Array, from: number, length: number): number;
  reload(options: { socket: NativeHandler }): void;
  pause(): void;
  resume(): void;
  ref(): void;
  unref(): void;
  close(): void;
}

/** What is used of `Bun.SocketHandler`. */
interface NativeHandler {
  binaryType: "uint8array";
  data(socket: NativeSocket, chunk: Uint8Array): void;
  drain(socket: NativeSocket): void;
  end(socket: NativeSocket): void;
  error(socket: NativeSocket, error: unknown): void;
  close(socket: NativeSocket, error?: unknown): void;
}

/** Opens TCP and Unix sockets natively, TLS with `node:tls`. */
export const bunConnector: Connector = async (given, handler, signal) => {
  const target = ownTarget(given);
  if (target.tls !== undefined) {
    const tls = await import("node:tls");
    return openStream(tls.connect as Connect, target, handler, signal);
  }
  return openStream(connect as Connect, target, handler, signal, (stream) => {
    const native = (stream as Stream & { _handle?: NativeSocket })._handle;
    return typeof native?.reload === "function" ? new BunSocket(native, target, handler) : undefined;
  }, common);
};

/** One for all: what `node:net` reads before the native socket goes on alone is told of before anything else is read. */
const common: Uint8Array = new Uint8Array(readBufferBytes);

const nothing: Uint8Array = new Uint8Array(0);

/** Bun reads a socket until it is empty before it looks at another; after a chunk of this size others have their turn. */
const largeChunk = 262_144;

class BunSocket implements Socket {
  readonly #native: NativeSocket;
  readonly #handler: SocketHandler;
  /** What the kernel did not take of the last write. */
  #unwritten = nothing;
  #closed = false;

  constructor(native: NativeSocket, target: Target, handler: SocketHandler) {
    this.#native = native;
    this.#handler = handler;
    let failure: unknown;
    native.reload({
      socket: {
        // The default, a `Buffer` for each chunk, would have to be turned into this anyway.
        binaryType: "uint8array",
        data: (_, chunk) => {
          if (this.#closed) return;
          const goesOn = handler.data(chunk);
          if (goesOn && chunk.length < largeChunk) return;
          native.pause();
          if (goesOn) setImmediate(this.#goOn);
        },
        drain: () => this.#drain(),
        end: () => native.close(),
        error: (_, error) => failure ??= error,
        close: (_, error = failure) => {
          if (this.#closed) return;
          this.#closed = true;
          handler.close(error === undefined ? undefined : lostError(error, target));
        },
      },
    });
  }

  write(bytes: Uint8Array, length: number = bytes.length): boolean {
    if (this.#closed) return true;
    const count = this.#native.write(bytes, 0, length);
    if (count === length) return true;
    this.#unwritten = bytes.subarray(Math.max(0, count), length);
    return false;
  }

  #drain(): void {
    if (this.#closed || this.#unwritten.length === 0) return;
    if (!this.write(this.#unwritten)) return;
    this.#unwritten = nothing;
    this.#handler.drain();
  }

  readonly #goOn = (): void => this.resume();

  resume(): void {
    if (!this.#closed) this.#native.resume();
  }

  ref(): void {
    if (!this.#closed) this.#native.ref();
  }

  unref(): void {
    if (!this.#closed) this.#native.unref();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwritten = nothing;
    this.#native.close();
    queueMicrotask(() => this.#handler.close());
  }
}
