/**
 * A stream with the events and methods of Node's sockets, as a `Socket`. Deno and Bun offer the same streams, so this
 * file knows no runtime: whoever calls it creates the stream.
 *
 * @module
 */
import type { Phase } from "../errors.ts";
import { abortReason, connectError, lostError } from "./failures.ts";
import type { Socket, SocketHandler, Target } from "./socket.ts";

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
  resume(): unknown;
  ref(): unknown;
  unref(): unknown;
  destroy(): unknown;
}

/**
 * Waits for a stream to open, and from then on reports its events to the handler.
 *
 * @param create Starts connecting and returns the stream at once; `read` is for the bytes it reads.
 * @param adopt Makes the socket of the open stream.
 */
export function openStream(
  create: (read: SocketHandler["data"]) => Stream,
  target: Target,
  handler: SocketHandler,
  signal: AbortSignal,
  adopt: (stream: Stream) => Socket = (stream) => new StreamSocket(stream, handler),
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let phase: Phase = firstPhase(target);
    if (signal.aborted) return reject(abortReason(signal, phase));
    let open = false;
    let failure: unknown;
    const stream = create((chunk) => open ? handler.data(chunk) : true);

    const abort = () => {
      reject(abortReason(signal, phase));
      stream.destroy();
    };
    const opened = () => {
      signal.removeEventListener("abort", abort);
      open = true;
      resolve(adopt(stream));
    };
    signal.addEventListener("abort", abort);
    stream.on("lookup", (error) => {
      if (!error) phase = "connect";
    });
    stream.on("connect", () => {
      stream.setNoDelay(target.noDelay);
      stream.setKeepAlive(target.keepAliveMs > 0, target.keepAliveMs);
      opened();
    });
    // A peer that stops writing is gone to us: nothing we could still send would be answered.
    stream.on("end", () => stream.destroy());
    stream.on("error", (error) => failure ??= error);
    stream.on("close", () => {
      signal.removeEventListener("abort", abort);
      if (open) handler.close(failure === undefined ? undefined : lostError(failure, target));
      else if (!signal.aborted) reject(connectError(failure, target));
    });
  });
}

/** An address needs no name service. */
function firstPhase({ host, path }: Target): Phase {
  return path !== undefined || host.includes(":") || /^[\d.]+$/.test(host) ? "connect" : "dns";
}

class StreamSocket implements Socket {
  readonly #stream: Stream;
  readonly #written: () => void;

  constructor(stream: Stream, handler: SocketHandler) {
    this.#stream = stream;
    this.#written = () => {
      if (!stream.destroyed) handler.drain();
    };
  }

  write(bytes: Uint8Array): boolean {
    const stream = this.#stream;
    if (stream.destroyed) return true;
    stream.write(bytes);
    // The stream tries the kernel first: what is left is what the kernel did not take.
    if (stream.writableLength === 0) return true;
    stream.write(nothing, this.#written);
    return false;
  }

  resume(): void {
    this.#stream.resume();
  }

  ref(): void {
    this.#stream.ref();
  }

  unref(): void {
    this.#stream.unref();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
