/** A pool without a network, whose time and peer are the test's. */
import { createPoolWith } from "../../lib/client/create_pool.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import type { Platform } from "../../lib/net/platform.ts";
import type { Answer } from "../../lib/testing/bytes.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import type { FaultySocket } from "../../lib/testing/faulty_socket.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertGone, echoReply } from "../support/oracles.ts";

/** A pool, its network and its time. */
export interface FaultyPool {
  readonly pool: RedisPool;
  readonly network: FaultyConnector;
  readonly clock: FakeClock;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
  /** Moves time on. */
  advance(ms: number): Promise<void>;
  /** The commands of the newest socket, or of the given one, without the handshake. */
  commands(socket?: FaultySocket): string[][];
  /** Ends the pool; fails when anything of it is left. */
  end(): Promise<void>;
}

/** What sockets answer; `undefined` is silence. The socket itself is at hand for what an answer cannot do. */
export type Play = (args: string[], socket: FaultySocket) => ReturnType<Answer>;

/** Makes a pool whose sockets answer with echo values, or as `play` says. */
export function faultyPool(
  options: RedisPoolOptions = {},
  play: Play = (args) => echoReply(args),
  platform: Platform = {},
): FaultyPool {
  const clock = new FakeClock();
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => play(args, socket);
  };
  const pool = createPoolWith(() => network.connect, platform)({ host: "h", port: 1, clock, ...options });
  const settle = async () => {
    for (let n = 0; n < 8; n++) await clock.settle();
  };
  return {
    pool,
    network,
    clock,
    settle,
    async advance(ms) {
      await settle();
      await clock.advance(ms);
      await settle();
    },
    commands(socket = network.sockets.at(-1)) {
      return socket?.commands.filter((args) => handshakeReply(args) === undefined) ?? [];
    },
    async end() {
      const ended = pool.destroy();
      await settle();
      await ended;
      // What only tells a turn of the loop from the next is no timer that is left.
      await clock.advance(0);
      await settle();
      assertGone(network, clock);
    },
  };
}

/** Answers with echo values once `isOpen`; holds every other command back and answers it, in order, by `release`. */
export class HeldAnswers {
  readonly #protocol: 2 | 3;
  readonly #held: [FaultySocket, string[]][] = [];

  constructor(protocol: 2 | 3 = 3) {
    this.#protocol = protocol;
  }

  /** How many commands wait for their answer. */
  get size(): number {
    return this.#held.length;
  }

  /** For `faultyPool`. */
  readonly play: Play = (args, socket) => {
    if (handshakeReply(args) !== undefined) return echoReply(args, this.#protocol);
    this.#held.push([socket, args]);
    return undefined;
  };

  /** Answers the oldest `count` commands. */
  release(count: number = this.#held.length): void {
    for (const [socket, args] of this.#held.splice(0, count)) socket.feed(echoReply(args, this.#protocol));
  }
}
