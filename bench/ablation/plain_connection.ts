/**
 * A connection as simple as one of redis-py: a command, then its reply, then the next command.
 *
 * @module
 */
import type { Connector, Socket, SocketHandler, Target } from "../../lib/net/socket.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { type Argument, encodeCommand, Encoder } from "../../lib/resp/encoder.ts";

/** The name that all connections under test have at the server. */
export const clientName = "ablation";

interface Call {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One socket and at most one command in flight. */
export class PlainConnection implements SocketHandler {
  /** Whether its end has not been heard of. */
  isOpen = true;
  /** When it was given back last. */
  provenAt = 0;
  readonly #decoder = new Decoder();
  #encoder: Encoder | undefined;
  #socket: Socket | undefined;
  #call: Call | undefined;
  #isFree = true;
  #onFree: () => void = () => {};

  private constructor(encoder: Encoder | undefined) {
    this.#encoder = encoder;
  }

  /** Connects; without an encoder one is made for the first command. */
  static async open(
    connector: Connector,
    target: Target,
    encoder: Encoder | undefined,
  ): Promise<PlainConnection> {
    const connection = new PlainConnection(encoder);
    connection.#socket = await connector(
      target,
      connection,
      new AbortController().signal,
    );
    const greeting = encodeCommand(["CLIENT", "SETNAME", clientName]);
    await connection.#exchange(greeting, greeting.length);
    return connection;
  }

  /** Sends one command; the previous one has been answered. */
  async send(args: readonly Argument[]): Promise<unknown> {
    if (!this.#isFree) {
      await new Promise<void>((resolve) => this.#onFree = resolve);
    }
    const encoder = this.#encoder ??= new Encoder();
    encoder.append(args);
    const { bytes, length } = encoder;
    encoder.rewind(0);
    return await this.#exchange(bytes, length);
  }

  /** Ends it. */
  end(): void {
    this.isOpen = false;
    this.#socket?.destroy();
  }

  /** See `SocketHandler`. */
  data(chunk: Uint8Array): boolean {
    this.#decoder.feed(chunk);
    const reply = this.#decoder.read();
    if (reply === incomplete) this.#decoder.keep();
    else this.#take()?.resolve(reply);
    return true;
  }

  /** See `SocketHandler`. */
  drain(): void {
    this.#isFree = true;
    this.#onFree();
  }

  /** See `SocketHandler`. */
  close(error?: unknown): void {
    this.isOpen = false;
    this.#onFree();
    this.#take()?.reject(error ?? new Error("the connection was lost"));
  }

  #exchange(bytes: Uint8Array, length: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(new Error("the connection is closed"));
      this.#call = { resolve, reject };
      this.#isFree = this.#socket!.write(bytes, length);
    });
  }

  #take(): Call | undefined {
    const call = this.#call;
    this.#call = undefined;
    return call;
  }
}
