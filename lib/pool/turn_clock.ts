/**
 * Time for what happens often.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";

/** Reads the clock once for everything that happens before the next microtask. */
export class TurnClock {
  readonly #clock: Clock;
  #now: number | undefined = undefined;

  /** Wraps a clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time when this was first asked since other code had a turn. */
  now(): number {
    if (this.#now === undefined) {
      this.#now = this.#clock.now();
      queueMicrotask(this.#forget);
    }
    return this.#now;
  }

  readonly #forget = (): void => {
    this.#now = undefined;
  };
}
