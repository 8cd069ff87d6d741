/**
 * Commands that the server refused for the moment, such as while it is loading: they wait for their next attempt.
 *
 * What refuses one command refuses all alike, so there is one timer for all of them, with exponential backoff and full
 * jitter. Their deadlines go on; one whose time is up gets the server's last refusal.
 *
 * @module
 */
import { backoffMs, type BackoffOptions } from "../base/backoff.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { CommandRing } from "../connection/command_ring.ts";
import type { RedisError } from "../errors.ts";
import type { HeldCommands } from "./held_commands.ts";

/** Command retries: 20 ms, doubling, at most a second, uniform below that bound. */
const backoff: BackoffOptions = { baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" };

/** Holds refused commands back until their next attempt. */
export class Postponed {
  readonly #clock: Clock;
  readonly #held: HeldCommands;
  readonly #sendAgain: (held: HeldCommands) => void;
  #timer: Timer | undefined;

  /** Holds back what is moved into `held`; `sendAgain` must empty it. */
  constructor(held: HeldCommands, clock: Clock, sendAgain: (held: HeldCommands) => void) {
    this.#clock = clock;
    this.#held = held;
    this.#sendAgain = sendAgain;
  }

  /** Takes the oldest command out of `ring`, which was refused after `attempts` attempts. */
  take(ring: CommandRing, attempts: number): void {
    ring.moveHeadTo(this.#held.ring);
    this.#held.watchSoon();
    this.#timer ??= this.#clock.setTimer(this.#fire, backoffMs(backoff, attempts, Math.random), true);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#sendAgain(this.#held);
  };

  /** Rejects everything that waits. */
  rejectAll(error: RedisError): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#held.rejectAll(error);
  }
}
