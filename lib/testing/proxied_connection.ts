/**
 * One client of a fault proxy with its own connection to the server.
 *
 * @module
 */
import type { Socket } from "node:net";
import { FaultPipe, resetSocket } from "./fault_pipe.ts";
import type { Direction, Faults } from "./faults.ts";
import { FrameScanner } from "./frame_scanner.ts";

/** A pair of sockets and the two pipes between them. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #faults: Faults;
  readonly #toServer: FaultPipe;
  readonly #toClient: FaultPipe;
  readonly #replies = new FrameScanner();
  /** The injection for which replies are counted. */
  #injection: Faults["injection"];
  #replyCount = 0;

  /**
   * Connects two sockets.
   *
   * @param onSent Told how many bytes were handed over in which direction.
   */
  constructor(client: Socket, server: Socket, faults: Faults, onSent: (direction: Direction, bytes: number) => void) {
    this.#client = client;
    this.#server = server;
    this.#faults = faults;
    const events = (direction: Direction) => ({
      sent: (bytes: number) => onSent(direction, bytes),
      cut: () => this.reset(),
    });
    this.#toServer = new FaultPipe(client, server, "toServer", faults, events("toServer"));
    this.#toClient = new FaultPipe(server, client, "toClient", faults, events("toClient"));
    client.on("data", (chunk: Uint8Array) => this.#toServer.push(chunk));
    server.on("data", (chunk: Uint8Array) => this.#passReplies(chunk));
    // A connection that fails ends the other one by its pipe.
    server.on("error", () => {});
  }

  /** Goes on with what may move now that faults have changed. */
  reconsider(): void {
    this.#toServer.reconsider();
    this.#toClient.reconsider();
  }

  /** Does a due injection, unless a reply is half through. */
  injectIfDue(): void {
    if (this.#faults.injection?.afterReplies === 0 && this.#replies.isBetween) this.#inject();
  }

  /** Breaks both sides. */
  reset(): void {
    this.#stop();
    resetSocket(this.#client);
    resetSocket(this.#server);
  }

  /** Ends both sides in order; what is under way is dropped. */
  end(): void {
    this.#stop();
    this.#client.end();
    this.#server.end();
  }

  /** Ends the direction to the client; the client's bytes still reach the server. */
  halfClose(): void {
    this.#client.end();
  }

  /** Drops the connection for good. */
  destroy(): void {
    this.#stop();
    this.#client.destroy();
    this.#server.destroy();
  }

  #stop(): void {
    this.#toServer.stop();
    this.#toClient.stop();
  }

  #passReplies(chunk: Uint8Array): void {
    let from = 0;
    for (const { position, isPush } of this.#replies.scan(chunk)) {
      if (!this.#isDue(isPush)) continue;
      this.#toClient.push(chunk.subarray(from, position));
      this.#inject();
      from = position;
    }
    if (from < chunk.length) this.#toClient.push(chunk.subarray(from));
  }

  /** Counts a reply, and tells whether the injection comes behind it. */
  #isDue(isPush: boolean): boolean {
    const { injection } = this.#faults;
    if (injection === undefined) return false;
    if (injection !== this.#injection) {
      this.#injection = injection;
      this.#replyCount = 0;
    }
    if (!isPush) this.#replyCount++;
    return this.#replyCount >= injection.afterReplies;
  }

  #inject(): void {
    const { injection } = this.#faults;
    this.#faults.injection = undefined;
    if (injection !== undefined) this.#toClient.push(injection.bytes);
  }
}
