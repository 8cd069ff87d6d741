/**
 * Sockets of Deno.
 *
 * @module
 */
import { abortReason, connectError } from "./failures.ts";
import { type Connect, openStream } from "./open_stream.ts";
import { ownTarget } from "./own_target.ts";
import { type PromiseConnection, PromiseSocket } from "./promise_socket.ts";
import type { Connector, SocketHandler, Target } from "./socket.ts";

/** What is used of `Deno.Conn`. */
interface Conn extends PromiseConnection {
  read(into: Uint8Array): Promise<number | null>;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean): void;
}

/** What is used of `Deno`. */
interface DenoNet {
  connect(options: { hostname: string; port: number; signal: AbortSignal }): Promise<Conn>;
  connect(options: { transport: "unix"; path: string }): Promise<Conn>;
}

/** Bytes of the read buffer that each socket begins with, and to which it may grow. */
const fewestBytes = 8 * 1024;
const mostBytes = 128 * 1024;

/** Opens TCP and Unix sockets with `Deno.connect`, TLS with `node:tls`. */
export const denoConnector: Connector = async (given, handler, signal) => {
  const target = ownTarget(given);
  if (target.tls !== undefined) {
    // Deno's own TLS knows no server name of the caller's choice and no codes for what is wrong with a certificate.
    const tls = await import("node:tls");
    return openStream(tls.connect as Connect, target, handler, signal);
  }
  if (signal.aborted) throw abortReason(signal, "connect");
  let conn: Conn;
  try {
    conn = await dial(target, signal);
  } catch (error) {
    throw signal.aborted ? abortReason(signal, "connect") : connectError(named(error), target);
  }
  if (signal.aborted) {
    conn.close();
    throw abortReason(signal, "connect");
  }
  conn.setNoDelay?.(target.noDelay);
  conn.setKeepAlive?.(target.keepAliveMs > 0);
  return new DenoSocket(conn, target, handler).start();
};

async function dial({ host, port, path }: Target, signal: AbortSignal): Promise<Conn> {
  const { connect } = (globalThis as unknown as { Deno: DenoNet }).Deno;
  if (path !== undefined) return await connect({ transport: "unix", path });
  const cancel = new AbortController();
  // Deno.connect looks at its signal once more when it is done, and throws although the connection is open: nobody
  // could close it then. Without that look it is returned, and closed by who called.
  Object.defineProperty(cancel.signal, "throwIfAborted", { value() {} });
  const abort = () => cancel.abort();
  signal.addEventListener("abort", abort);
  try {
    return await connect({ hostname: host, port, signal: cancel.signal });
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** A name that cannot be resolved is the one failure for which Deno has neither a class nor a code. */
function named(error: unknown): unknown {
  const { name, code } = error as { name: string; code?: string };
  return code === undefined && name === "Error" ? { code: "ENOTFOUND", syscall: "getaddrinfo" } : error;
}

class DenoSocket extends PromiseSocket {
  readonly #conn: Conn;

  constructor(conn: Conn, target: Target, handler: SocketHandler) {
    super(conn, target, handler);
    this.#conn = conn;
  }

  protected override async readAll(): Promise<void> {
    let buffer = new Uint8Array(fewestBytes);
    while (!this.destroyed) {
      const count = await this.#conn.read(buffer);
      if (count === null || this.destroyed) return;
      const pause = this.deliver(buffer.subarray(0, count));
      if (pause !== undefined) await pause;
      if (count === buffer.length && count < mostBytes) buffer = new Uint8Array(2 * count);
    }
  }
}
