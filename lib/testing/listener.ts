/**
 * A TCP server on loopback that ends with everything it accepted.
 *
 * @module
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** The address every server of this folder listens on. */
export const loopback = "127.0.0.1";

/** A server that listens. */
export class Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Sockets that are open. */
  readonly sockets: Set<Socket>;
  readonly #server: Server;
  #closed: Promise<void> | undefined;

  /** Wraps a server that listens already. */
  constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Destroys every socket, stops listening, and resolves once both are done. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
    return this.#closed;
  }
}

/**
 * Listens on loopback. Sockets are half-open, without Nagle's delay, and never throw for want of an error listener.
 *
 * @param port The port; 0 takes a free one.
 * @param onSocket Called with each accepted socket.
 */
export function listen(port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, loopback, () => resolve(new Listener(server, sockets)));
  });
}
