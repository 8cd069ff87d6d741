/**
 * A connector without a network: it opens `FaultySocket`s, keeps dials waiting, or refuses them, as the test says.
 *
 * @module
 */
import type { Connector, Socket, SocketHandler, Target } from "../net/socket.ts";
import { AsyncQueue } from "./async_queue.ts";
import { FaultySocket } from "./faulty_socket.ts";

/** A dial that waits for the test's word. */
interface Dial {
  open(): void;
  refuse(error: unknown): void;
}

/**
 * Opens sockets whose other side is the test.
 *
 * @example
 * ```ts
 * import { FaultyConnector, handshakeReply } from "@respool/respool/testing";
 *
 * const network = new FaultyConnector();
 * network.onSocket = (socket) => {
 *   socket.answer = (args) => handshakeReply(args) ?? "+OK\r\n";
 * };
 * // const pool = createPool({ connector: network.connect });
 * ```
 */
export class FaultyConnector {
  /** The target of every dial, oldest first. */
  readonly targets: Target[] = [];
  /** Every socket that was opened, oldest first. */
  readonly sockets: FaultySocket[] = [];
  /** While set, a dial waits for `openHeld` or `refuseHeld`. */
  holds = false;
  /** While set, every new dial rejects with it. */
  refusal: unknown = undefined;
  /** Called with each socket before its dial resolves; what it feeds came with the opening. */
  onSocket: ((socket: FaultySocket) => void) | undefined;

  readonly #held = new Set<Dial>();
  readonly #untaken = new AsyncQueue<FaultySocket>();

  /** The connector to hand to what is tested. */
  readonly connect: Connector = (target, handler, signal) => {
    this.targets.push(target);
    return new Promise<Socket>((resolve, reject) => this.#dial(target, handler, signal, resolve, reject));
  };

  /** Dials that wait. */
  get held(): number {
    return this.#held.size;
  }

  /** Takes the oldest socket that no one took yet, or waits for it. */
  nextSocket(): Promise<FaultySocket> {
    return this.#untaken.take();
  }

  /** Opens a socket for every dial that waits. */
  openHeld(): void {
    for (const dial of [...this.#held]) dial.open();
  }

  /** Rejects every dial that waits. */
  refuseHeld(error: unknown): void {
    for (const dial of [...this.#held]) dial.refuse(error);
  }

  #dial(
    target: Target,
    handler: SocketHandler,
    signal: AbortSignal,
    resolve: (socket: Socket) => void,
    reject: (error: unknown) => void,
  ): void {
    if (signal.aborted) return reject(signal.reason);
    if (this.refusal !== undefined) return reject(this.refusal);
    const onAbort = () => dial.refuse(signal.reason);
    const settle = () => {
      this.#held.delete(dial);
      signal.removeEventListener("abort", onAbort);
    };
    const dial: Dial = {
      open: () => {
        settle();
        resolve(this.#open(target, handler));
      },
      refuse: (error) => {
        settle();
        reject(error);
      },
    };
    if (!this.holds) return dial.open();
    this.#held.add(dial);
    signal.addEventListener("abort", onAbort);
  }

  #open(target: Target, handler: SocketHandler): FaultySocket {
    const socket = new FaultySocket(target, handler);
    this.sockets.push(socket);
    this.onSocket?.(socket);
    this.#untaken.push(socket);
    return socket;
  }
}
