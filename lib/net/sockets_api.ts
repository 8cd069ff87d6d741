/**
 * A `Connector` over the Sockets API of edge runtimes: `connect` with web streams. It knows no runtime: whoever calls it
 * brings the `connect`.
 *
 * Such a runtime trusts the authorities of its own configuration, says of a failure little more than that there was
 * one, and cannot be told to stop connecting: an attempt nobody waits for any more is closed when it ends.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";
import { abortReason, connectError } from "./failures.ts";
import { ownTarget } from "./own_target.ts";
import { type PromiseConnection, PromiseSocket } from "./promise_socket.ts";
import type { Connector, SocketHandler, Target } from "./socket.ts";
import { tlsError } from "./tls_failures.ts";

/** What is used of a socket of the API. */
export interface ApiSocket {
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  startTls(options: { expectedServerHostname?: string }): ApiSocket;
  close(): Promise<void>;
}

/** The API's own `connect`. */
export type ApiConnect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "off" | "starttls"; allowHalfOpen: boolean },
) => ApiSocket;

/** One read buffer per socket, handed to the runtime and back. */
const readBufferBytes = 64 * 1024;

/**
 * Makes a connector of the API's `connect`. It has no Unix sockets, and of the TLS options only `serverName`.
 *
 * @param connect The API's own `connect`.
 */
export function socketsApiConnector(connect: ApiConnect): Connector {
  return async (given, handler, signal) => {
    const target = ownTarget(given);
    refuseUnsupported(target);
    const { host, port, tls } = target;
    if (signal.aborted) throw abortReason(signal, "connect");
    const options = { secureTransport: tls === undefined ? "off" : "starttls", allowHalfOpen: false } as const;
    const plain = quiet(connect({ hostname: host, port }, options));
    await opened(plain, signal, "connect", (error) => connectError(error, target));
    if (tls === undefined) return new ApiPromiseSocket(plain, target, handler).start();
    const { serverName } = tls;
    // Verified before a byte can be written: the plain socket is never used.
    const secure = quiet(plain.startTls(serverName === undefined ? {} : { expectedServerHostname: serverName }));
    await opened(secure, signal, "tls", (error) => tlsError(error, target));
    return new ApiPromiseSocket(secure, target, handler).start();
  };
}

function refuseUnsupported({ path, tls = {} }: Target): void {
  const { ca, cert, key, dangerouslyAllowUnverifiedTls } = tls;
  const given = { path, "tls.ca": ca, "tls.cert": cert, "tls.key": key };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) throw unsupported(name);
  }
  if (dangerouslyAllowUnverifiedTls === true) throw unsupported("tls.dangerouslyAllowUnverifiedTls");
}

function unsupported(name: string): ArgumentError {
  return new ArgumentError("INVALID_OPTION", `option ${name} is not available on this runtime`, name);
}

/** Every failure is heard where it matters; the same failure elsewhere must not count as unhandled. */
function quiet(socket: ApiSocket): ApiSocket {
  socket.opened.catch(() => {});
  socket.closed.catch(() => {});
  return socket;
}

/** Waits until the socket is open, or closes it: at once, and again should it open after all. */
async function opened(
  socket: ApiSocket,
  signal: AbortSignal,
  phase: "connect" | "tls",
  failure: (error: unknown) => Error,
): Promise<void> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(abortReason(signal, phase));
    signal.addEventListener("abort", abort);
  });
  const opening = socket.opened.catch((error: unknown) => {
    throw failure(error);
  });
  try {
    await Promise.race([opening, aborted]);
  } catch (error) {
    close(socket);
    opening.then(() => close(socket), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function close(socket: ApiSocket): void {
  socket.close().catch(() => {});
}

/** Nothing but the socket's own I/O keeps a request alive: there is nothing to ref. */
function connectionOf(socket: ApiSocket): PromiseConnection {
  const writer = socket.writable.getWriter();
  writer.closed.catch(() => {});
  return {
    write: (bytes) => writer.write(bytes).then(() => bytes.length),
    close() {
      // Closing alone would wait for what is not written yet.
      writer.abort().catch(() => {});
      close(socket);
    },
    ref() {},
    unref() {},
  };
}

class ApiPromiseSocket extends PromiseSocket {
  readonly #readable: ReadableStream<Uint8Array>;

  constructor(socket: ApiSocket, target: Target, handler: SocketHandler) {
    super(connectionOf(socket), target, handler);
    this.#readable = socket.readable;
  }

  protected override async readAll(): Promise<void> {
    const reader = this.#readable.getReader({ mode: "byob" });
    let buffer = new ArrayBuffer(readBufferBytes);
    while (!this.destroyed) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done || this.destroyed) return;
      const pause = this.deliver(value);
      if (pause !== undefined) await pause;
      // The read took the buffer away and gave it back with its bytes.
      buffer = value.buffer;
    }
  }
}
