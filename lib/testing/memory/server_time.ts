/**
 * The in-memory server's time: the wall clock, read once per chunk of input and moved by an injectable clock.
 *
 * @module
 */
import { type Clock, systemClock, type Timer } from "../../base/clock.ts";

/** Unix time as one run of commands sees it, and one-shot timers. */
export class ServerTime {
  /** Milliseconds since 1970 at the last `refresh`. */
  now = 0;
  /** Milliseconds since 1970 when the server started. */
  readonly startedAt: number;

  readonly #clock: Clock;
  /** What the clock lacks to Unix time. */
  readonly #offset: number;

  /** Begins with the wall clock's time and goes on with `clock`. */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#offset = Date.now() - clock.now();
    this.refresh();
    this.startedAt = this.now;
  }

  /** Reads the clock. */
  refresh(): void {
    this.now = Math.floor(this.#clock.now() + this.#offset);
  }

  /** Calls `fn` once after `ms` milliseconds, with the time refreshed. */
  setTimer(fn: () => void, ms: number): Timer {
    return this.#clock.setTimer(
      () => {
        this.refresh();
        fn();
      },
      ms,
      true,
    );
  }

  /** Disarms a timer. */
  clearTimer(timer: Timer): void {
    this.#clock.clearTimer(timer);
  }
}
