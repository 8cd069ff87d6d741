/**
 * Opens a stream with the events and methods of Node's sockets. Deno and Bun offer the same streams, so this file knows
 * no runtime: whoever calls it brings the `connect` of the plain or the TLS module.
 *
 * @module
 */
import type { Phase } from "../errors.ts";
import { abortReason, connectError, isAddress } from "./failures.ts";
import type { Socket, SocketHandler, Target } from "./socket.ts";
import { plainOptions, type ReadInto, tlsOptions } from "./stream_options.ts";
import { type Stream, StreamSocket } from "./stream_socket.ts";
import { tlsError } from "./tls_failures.ts";

/** Bytes of a read buffer; the kernel rarely has more ready at once. */
export const readBufferBytes: number = 64 * 1024;

/** Starts connecting with options that the stream's module knows, and returns the stream at once. */
export type Connect = (options: object) => Stream;

/**
 * Waits for a stream to open, and from then on reports its events to the handler.
 *
 * @param connect The plain or the TLS module's own `connect`.
 * @param adopt Makes a better socket of the open stream, or `undefined`; it then owns every further event.
 * @param buffer What is read goes here; one of its own when left out.
 */
export function openStream(
  connect: Connect,
  target: Target,
  handler: SocketHandler,
  signal: AbortSignal,
  adopt?: (stream: Stream) => Socket | undefined,
  buffer: Uint8Array = new Uint8Array(readBufferBytes),
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let phase: Phase = target.path !== undefined || isAddress(target.host) ? "connect" : "dns";
    if (signal.aborted) return reject(abortReason(signal, phase));
    let socket: StreamSocket | undefined;
    let failure: unknown;
    const callback = (count: number) => socket === undefined || socket.read(buffer.subarray(0, count));
    const stream = start(connect, target, { buffer, callback });

    const abort = () => {
      reject(abortReason(signal, phase));
      stream.destroy();
    };
    const opened = () => {
      if (signal.aborted) return;
      signal.removeEventListener("abort", abort);
      resolve(adopt?.(stream) ?? (socket = new StreamSocket(stream, target, handler)));
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
      if (socket !== undefined) socket.ended(failure);
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
