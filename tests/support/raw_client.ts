/**
 * The least client: one socket, one command after the other, replies as the wire has them. Tests use it to learn what
 * a server really says, so nothing of respool but the codec is in it.
 *
 * @module
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { type Argument, encodeCommand } from "../../lib/resp/encoder.ts";
import { defaultMapping, type Mapping } from "../../lib/resp/mapping.ts";

interface Pending {
  readonly mapping: Mapping;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One connection to a server. */
export class RawClient {
  readonly #socket: Socket;
  readonly #decoder = new Decoder();
  readonly #pending: Pending[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects to `redis://[user:password@]host:port` and agrees on the protocol. */
  static async connect(url: string, protocol: 2 | 3 = 3): Promise<RawClient> {
    const { hostname, port, username, password } = new URL(url);
    const socket = connect(Number(port || 6379), hostname);
    await once(socket, "connect");
    const client = new RawClient(socket);
    const auth = password ? ["AUTH", decodeURIComponent(username || "default"), decodeURIComponent(password)] : [];
    await client.send(["HELLO", protocol, ...auth]);
    return client;
  }

  /** Sends one command; rejects with the `ReplyError` that answers it. */
  send(args: readonly Argument[], mapping: Mapping = defaultMapping): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#socket.write(encodeCommand(args));
      this.#pending.push({ mapping, resolve, reject });
    });
  }

  /** Ends the connection at once. */
  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    // A copy, because slices of Node's buffers are views of them.
    this.#decoder.feed(new Uint8Array(chunk));
    for (;;) {
      const value = this.#decoder.read(this.#pending[0]?.mapping);
      if (value === incomplete) return;
      if (this.#decoder.kind === "push") continue;
      const { resolve, reject } = this.#pending.shift()!;
      if (this.#decoder.kind === "error") reject(value);
      else resolve(value);
    }
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}
