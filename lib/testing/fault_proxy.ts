/**
 * A TCP proxy that makes a good network bad: late, slow, sliced, silent, cut, or full of bytes nobody sent.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { type Bytes, toBytes } from "./bytes.ts";
import { type Direction, Faults } from "./faults.ts";
import { listen, type Listener, loopback } from "./listener.ts";
import { ProxiedConnection } from "./proxied_connection.ts";

/** Where a fault proxy leads and where it listens. */
export interface FaultProxyOptions {
  /** The server's port. */
  targetPort: number;
  /** The server's host. Default loopback. */
  targetHost?: string;
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
}

/** Numbers of a fault proxy. */
export interface FaultProxyStats {
  /** Connections accepted so far. */
  accepted: number;
  /** Connections of clients that are open. */
  open: number;
  /** Bytes handed on to the server. */
  toServer: number;
  /** Bytes handed on to clients. */
  toClient: number;
}

/**
 * A proxy whose faults can be changed at any time. Every verb applies to open connections and to new ones, unless it
 * says otherwise, and lasts until `heal()`.
 */
export class FaultProxy {
  /** Always loopback. */
  readonly host: string = loopback;
  readonly #listener: Listener;
  readonly #faults = new Faults();
  readonly #connections = new Set<ProxiedConnection>();
  /** Clients that were accepted without a connection to the server. */
  readonly #unanswered = new Set<Socket>();
  readonly #bytes: Record<Direction, number> = { toServer: 0, toClient: 0 };
  readonly #dial: () => Socket;
  #accepted = 0;
  #answersNobody = false;

  private constructor(listener: Listener, dial: () => Socket) {
    this.#listener = listener;
    this.#dial = dial;
  }

  /** Starts a proxy; `startFaultProxy` is the same. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const { targetPort, targetHost = loopback } = options;
    const listener = await listen(options.port ?? 0, (socket) => proxy.#accept(socket));
    const proxy = new FaultProxy(listener, () => {
      return connect({ host: targetHost, port: targetPort, allowHalfOpen: true, noDelay: true });
    });
    return proxy;
  }

  /** The port it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** The address as a Redis URL. */
  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** Numbers now. */
  get stats(): FaultProxyStats {
    return { accepted: this.#accepted, open: this.#listener.sockets.size, ...this.#bytes };
  }

  /** Makes every chunk late by `ms` milliseconds, give or take up to `jitterMs`; the order stays. */
  delay(direction: Direction, ms: number, jitterMs = 0): void {
    this.#faults[direction].delayMs = ms;
    this.#faults[direction].jitterMs = jitterMs;
    this.#reconsider();
  }

  /** Breaks each connection by a reset once `bytes` more bytes of it went in this direction. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#faults[direction].cut = { bytes };
  }

  /** Lets nothing through in this direction, not even the end of a connection; both directions make a black hole. */
  swallow(direction: Direction): void {
    this.#faults[direction].isSwallowed = true;
    this.#reconsider();
  }

  /** Hands on at most `size` bytes at a time, in both directions, with `ms` milliseconds between. */
  slice(size: number, ms = 0): void {
    this.#faults.sliceSize = size;
    this.#faults.sliceMs = ms;
    this.#reconsider();
  }

  /** Hands on at most so many kilobytes (1000 bytes) per second, on each connection and in each direction. */
  bandwidth(kilobytesPerSecond: number): void {
    this.#faults.bandwidth = kilobytesPerSecond;
    this.#reconsider();
  }

  /**
   * Sends a client bytes that the server did not send, once: to the connection on which `afterReplies` replies have
   * passed first, counted from now. With 0 that is the oldest open connection, or the next one as soon as it is accepted.
   */
  inject(bytes: Bytes, afterReplies = 0): void {
    this.#faults.injection = { bytes: toBytes(bytes), afterReplies };
    for (const connection of this.#connections) connection.injectIfDue();
  }

  /** Breaks the open connections: both peers see a reset. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
    for (const socket of this.#unanswered) socket.resetAndDestroy();
  }

  /** Ends the open connections in order, in both directions. */
  fin(): void {
    for (const connection of this.#connections) connection.end();
    for (const socket of this.#unanswered) socket.end();
  }

  /** Ends the direction to the client on the open connections; what the client sends still reaches the server. */
  halfClose(): void {
    for (const connection of this.#connections) connection.halfClose();
  }

  /** Refuses new connections as a closed port does; open ones stay. */
  refuse(): void {
    this.#listener.stop();
  }

  /** Accepts new connections and never answers; open ones go on. */
  acceptNoReply(): void {
    this.#answersNobody = true;
  }

  /**
   * Ends every fault. What was delayed goes on at once; a connection that was accepted without a server is reset.
   * Resolves when new connections are accepted again.
   */
  async heal(): Promise<void> {
    this.#faults.clear();
    this.#answersNobody = false;
    for (const socket of this.#unanswered) socket.resetAndDestroy();
    this.#reconsider();
    await this.#listener.start();
  }

  /** Ends every connection and stops listening. Doing it twice does nothing. */
  async close(): Promise<void> {
    const closed = this.#listener.close();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket): void {
    this.#accepted++;
    if (this.#answersNobody) {
      this.#unanswered.add(client);
      client.on("close", () => this.#unanswered.delete(client));
      client.resume();
      return;
    }
    const server = this.#dial();
    const connection = new ProxiedConnection(client, server, this.#faults, (direction, bytes) => {
      this.#bytes[direction] += bytes;
    });
    this.#connections.add(connection);
    const forget = () => {
      if (client.destroyed && server.destroyed) this.#connections.delete(connection);
    };
    client.on("close", forget);
    server.on("close", forget);
    connection.injectIfDue();
  }

  #reconsider(): void {
    for (const connection of this.#connections) connection.reconsider();
  }
}

/**
 * Starts a proxy in front of a server on this machine.
 *
 * @example
 * ```ts
 * import { startFaultProxy, startMemoryServer } from "@respool/respool/testing";
 *
 * const server = await startMemoryServer();
 * const proxy = await startFaultProxy({ targetPort: server.port });
 * proxy.delay("toClient", 50); // point a client at proxy.url
 * proxy.reset(); // and break its connections
 * await proxy.close();
 * await server.close();
 * ```
 * @throws {Error} The system's error when the port cannot be listened on.
 */
export function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  return FaultProxy.start(options);
}
