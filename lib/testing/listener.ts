/**
 * A TCP server on loopback that ends with everything it accepted.
 *
 * @module
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** The address every server of this folder listens on. */
export const loopback = "127.0.0.1";

/** A server, and the sockets it accepted. */
export class Listener {
  /** Sockets that are open. */
  readonly sockets: Set<Socket> = new Set();
  readonly #onSocket: (socket: Socket) => void;
  #port: number;
  #server: Server | undefined;

  /** Makes a server that does not listen yet. */
  constructor(port: number, onSocket: (socket: Socket) => void) {
    this.#port = port;
    this.#onSocket = onSocket;
  }

  /** The port it listens on, or listened on last. */
  get port(): number {
    return this.#port;
  }

  /** Listens, always on the same port. Does nothing when it does already. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, loopback, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Listens no more; new connections are refused and open ones stay. */
  stop(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Listens no more, destroys every socket, and resolves when all are gone. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all([...this.sockets].map((socket) =>
      new Promise<void>((resolve) => {
        socket.once("close", () => resolve());
        socket.destroy();
      })
    ));
  }

  #accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    this.#onSocket(socket);
  }
}

/**
 * Listens on loopback. Sockets are half-open, without Nagle's delay, and never throw for want of an error listener.
 *
 * @param port The port; 0 takes a free one.
 * @param onSocket Called with each accepted socket.
 */
export async function listen(port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
  const listener = new Listener(port, onSocket);
  await listener.start();
  return listener;
}
