/**
 * A Redis for tests: an in-memory server on loopback that real clients can talk to.
 *
 * @module
 */
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { toBytes, toLatin1 } from "./bytes.ts";
import { listen, type Listener, loopback } from "./listener.ts";
import { commandTable } from "./memory/command_table.ts";
import { ServerState } from "./memory/server_state.ts";
import { ServerTime } from "./memory/server_time.ts";
import { Session } from "./memory/session.ts";

/** How an in-memory server is set up. */
export interface MemoryServerOptions {
  /** The port; 0, the default, takes a free one. */
  port?: number;
  /** What AUTH must say; without it nobody needs to authenticate. */
  password?: string;
  /** Moves expiry and the waits of blocking commands; a fake clock makes both the test's own. */
  clock?: Clock;
}

/** An in-memory server that listens. */
export class MemoryServer {
  /** Always loopback. */
  readonly host: string = loopback;
  readonly #listener: Listener;
  readonly #state: ServerState;
  readonly #password: string | undefined;

  private constructor(listener: Listener, state: ServerState, password: string | undefined) {
    this.#listener = listener;
    this.#state = state;
    this.#password = password;
  }

  /** Starts a server; `startMemoryServer` is the same. */
  static async start(options: MemoryServerOptions = {}): Promise<MemoryServer> {
    const { clock, password, port = 0 } = options;
    const latin1 = password === undefined ? undefined : toLatin1(toBytes(password));
    const state = new ServerState(new ServerTime(clock), latin1);
    return new MemoryServer(await listen(port, (socket) => serve(socket, state)), state, password);
  }

  /** The port it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** The address as a Redis URL, with the password. */
  get url(): string {
    const user = this.#password === undefined ? "" : `:${encodeURIComponent(this.#password)}@`;
    return `redis://${user}${this.host}:${this.port}`;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#state.clients.size;
  }

  /** Commands that were run so far. */
  get commands(): number {
    return this.#state.commandCount;
  }

  /** Ends every connection and stops listening. Doing it twice does nothing. */
  close(): Promise<void> {
    this.#state.close();
    return this.#listener.close();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts an in-memory server that behaves like Redis 7, in RESP2 and RESP3, without scripts, streams and persistence.
 *
 * @example
 * ```ts
 * import { startMemoryServer } from "@respool/respool/testing";
 *
 * const server = await startMemoryServer();
 * console.log(server.url); // redis://127.0.0.1:…
 * await server.close();
 * ```
 * @throws {Error} The system's error when the port cannot be listened on.
 */
export function startMemoryServer(options: MemoryServerOptions = {}): Promise<MemoryServer> {
  return MemoryServer.start(options);
}

function serve(socket: Socket, state: ServerState): void {
  const session = new Session(state, commandTable, {
    address: `${socket.remoteAddress}:${socket.remotePort}`,
    write: (text) => {
      if (socket.writable) socket.write(text, "latin1");
    },
    end: () => {
      socket.end(() => socket.destroy());
    },
  });
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => session.receive(text));
  socket.on("end", () => socket.end());
  socket.on("close", () => session.close());
}
