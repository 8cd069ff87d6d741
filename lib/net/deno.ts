/**
 * Sockets of Deno.
 *
 * @module
 */
import { abortReason, connectError, lostError } from "./failures.ts";
import { type Connect, openStream } from "./open_stream.ts";
import { ownTarget } from "./own_target.ts";
import type { Connector, Socket, SocketHandler, Target } from "./socket.ts";

/** What is used of `Deno.Conn`. */
interface Conn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  ref(): void;
  unref(): void;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean): void;
}

/** What is used of `Deno`. */
interface DenoNet {
  connect(options: { hostname: string; port: number; signal: AbortSignal }): Promise<Conn>;
  connect(options: { transport: "unix"; path: string }): Promise<Conn>;
}

/** One read buffer per socket. */
const readBufferBytes = 128 * 1024;

const nothing: Uint8Array = new Uint8Array(0);

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
  return new DenoSocket(conn, target, handler);
};

function dial({ host, port, path }: Target, signal: AbortSignal): Promise<Conn> {
  const { connect } = (globalThis as unknown as { Deno: DenoNet }).Deno;
  return path === undefined ? connect({ hostname: host, port, signal }) : connect({ transport: "unix", path });
}

/** A name that cannot be resolved is the one failure for which Deno has neither a class nor a code. */
function named(error: unknown): unknown {
  const { name, code } = error as { name: string; code?: string };
  return code === undefined && name === "Error" ? { code: "ENOTFOUND", syscall: "getaddrinfo" } : error;
}

class DenoSocket implements Socket {
  readonly #conn: Conn;
  readonly #handler: SocketHandler;
  /** What of the last write is not written yet. */
  #unwritten = nothing;
  /** Why writing failed. Reading goes on to its end: the peer may have said why it left. */
  #writeError: unknown;
  #destroyed = false;
  /** Set while reading is paused: goes on. */
  #goOn: (() => void) | undefined;

  constructor(conn: Conn, target: Target, handler: SocketHandler) {
    this.#conn = conn;
    this.#handler = handler;
    this.#readAll().catch((error: unknown) => error).then((error) => {
      // The peer may leave before the connector's promise has reached its caller; a task of its own comes after that.
      setTimeout(() => this.#closed(error ?? this.#writeError, target), 0);
    });
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(readBufferBytes);
    while (!this.#destroyed) {
      const count = await this.#conn.read(buffer);
      if (count === null || this.#destroyed) return;
      if (this.#handler.data(buffer.subarray(0, count))) continue;
      if (!this.#destroyed) await new Promise<void>((resolve) => this.#goOn = resolve);
    }
  }

  #closed(error: unknown, target: Target): void {
    const orderly = this.#destroyed || error === undefined;
    this.destroy();
    this.#handler.close(orderly ? undefined : lostError(error, target));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#destroyed) return true;
    this.#unwritten = bytes;
    this.#conn.write(bytes).then(this.#wrote, this.#failed);
    return false;
  }

  readonly #wrote = (count: number): void => {
    if (this.#destroyed) return;
    const rest = this.#unwritten.length - count;
    if (rest > 0) {
      this.write(this.#unwritten.subarray(count));
    } else {
      this.#unwritten = nothing;
      this.#handler.drain();
    }
  };

  readonly #failed = (error: unknown): void => {
    this.#writeError = error;
  };

  resume(): void {
    this.#goOn?.();
    this.#goOn = undefined;
  }

  ref(): void {
    if (!this.#destroyed) this.#conn.ref();
  }

  unref(): void {
    if (!this.#destroyed) this.#conn.unref();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#unwritten = nothing;
    this.#conn.close();
    this.resume();
  }
}
