/**
 * A stream with the events and methods of Node's sockets, as a `Socket`. Deno and Bun offer the same streams, so this
 * file knows no runtime: whoever calls it creates the stream.
 *
 * @module
 */
import type { ConnectionLostError, Phase, TlsError } from "../errors.ts";
import { abortReason, connectError, isAddress, lostError } from "./failures.ts";
import type { Socket, SocketHandler, Target } from "./socket.ts";
import { plainOptions, type ReadInto, tlsOptions } from "./stream_options.ts";
import { refusesCertificate, tlsError } from "./tls_failures.ts";

/** One read buffer per socket; the kernel rarely has more ready at once. */
const readBufferBytes = 64 * 1024;

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

/** Starts connecting with options that the stream's module knows, and returns the stream at once. */
export type Connect = (options: object) => Stream;

/**
 * Waits for a stream to open, and from then on reports its events to the handler.
 *
 * @param connect The plain or the TLS module's own `connect`.
 * @param adopt Makes a better socket of the open stream, or `undefined`; it then owns every further event.
 */
export function openStream(
  connect: Connect,
  target: Target,
  handler: SocketHandler,
  signal: AbortSignal,
  adopt?: (stream: Stream) => Socket | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let phase: Phase = target.path !== undefined || isAddress(target.host) ? "connect" : "dns";
    if (signal.aborted) return reject(abortReason(signal, phase));
    let open = false;
    let failure: unknown;
    const buffer = new Uint8Array(readBufferBytes);
    const callback = (count: number) => open ? handler.data(buffer.subarray(0, count)) : true;
    const stream = start(connect, target, { buffer, callback });

    const abort = () => {
      reject(abortReason(signal, phase));
      stream.destroy();
    };
    const opened = () => {
      if (signal.aborted) return;
      signal.removeEventListener("abort", abort);
      open = true;
      resolve(adopt?.(stream) ?? new StreamSocket(stream, handler, target.tls !== undefined));
    };
    signal.addEventListener("abort", abort);
    stream.on("lookup", (error) => {
      if (!error) phase = "connect";
    });
    stream.on("connect", () => {
      stream.setNoDelay(target.noDelay);
      stream.setKeepAlive(target.keepAliveMs > 0, target.keepAliveMs);
      if (target.tls === undefined) opened();
      else phase = "tls";
    });
    stream.on("secureConnect", opened);
    // A peer that stops writing is gone to us: nothing we could still send would be answered.
    stream.on("end", () => stream.destroy());
    stream.on("error", (error) => failure ??= error);
    stream.on("close", () => {
      signal.removeEventListener("abort", abort);
      if (open) handler.close(failure === undefined ? undefined : lossOf(failure, target));
      else if (!signal.aborted) reject(phase === "tls" ? tlsError(failure, target) : connectError(failure, target));
    });
  });
}

/** Starts connecting; what is thrown at once is about the target, such as a key that does not fit its certificate. */
function start(connect: Connect, target: Target, onread: ReadInto): Stream {
  try {
    return connect(target.tls === undefined ? plainOptions(target, onread) : tlsOptions(target, onread));
  } catch (error) {
    throw target.tls === undefined ? connectError(error, target) : tlsError(error, target);
  }
}

function lossOf(error: unknown, target: Target): TlsError | ConnectionLostError {
  return refusesCertificate(error) ? tlsError(error, target) : lostError(error, target);
}

class StreamSocket implements Socket {
  readonly #stream: Stream;
  readonly #secure: boolean;
  readonly #written: () => void;

  constructor(stream: Stream, handler: SocketHandler, secure: boolean) {
    this.#stream = stream;
    this.#secure = secure;
    this.#written = () => {
      if (!stream.destroyed) handler.drain();
    };
  }

  write(bytes: Uint8Array): boolean {
    const stream = this.#stream;
    if (stream.destroyed) return true;
    // TLS never has the bytes gone by the time it returns.
    if (this.#secure) {
      stream.write(bytes, this.#written);
      return false;
    }
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
