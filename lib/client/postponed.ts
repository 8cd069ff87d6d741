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
import { Deadlines } from "../base/deadlines.ts";
import { CommandRing, type Load } from "../connection/command_ring.ts";
import { rejectAll } from "../connection/loss.ts";
import { RingDeadline } from "../connection/ring_deadline.ts";
import type { RedisError } from "../errors.ts";
import type { CallContext } from "./cancellable_call.ts";

/** Command retries: 20 ms, doubling, at most a second, uniform below that bound. */
const backoff: BackoffOptions = { baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" };

/** Holds refused commands back until their next attempt. */
export class Postponed {
  readonly #clock: Clock;
  readonly #ring: CommandRing;
  readonly #deadline: RingDeadline;
  readonly #sendAgain: (ring: CommandRing) => void;
  #timer: Timer | undefined;

  /** Commands count in `load`; `sendAgain` must empty the ring that it is given. */
  constructor(load: Load, context: CallContext, sendAgain: (ring: CommandRing) => void) {
    const { clock, commandTimeoutMs, endpoint } = context;
    this.#clock = clock;
    this.#ring = new CommandRing(load);
    this.#deadline = new RingDeadline(this.#ring, new Deadlines(clock), commandTimeoutMs, endpoint, () => undefined);
    this.#sendAgain = sendAgain;
  }

  /** Takes the oldest command out of `ring`, which was refused after `attempts` attempts. */
  take(ring: CommandRing, attempts: number): void {
    ring.moveHeadTo(this.#ring);
    this.#deadline.watch();
    this.#timer ??= this.#clock.setTimer(this.#fire, backoffMs(backoff, attempts, Math.random), true);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#deadline.stop();
    this.#sendAgain(this.#ring);
  };

  /** Rejects everything that waits. */
  rejectAll(error: RedisError): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#deadline.stop();
    rejectAll(this.#ring, error);
  }
}
