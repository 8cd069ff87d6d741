/**
 * Time as the rest of the library sees it: one monotonic `now` and one-shot timers. Injectable, so that tests own time.
 *
 * @module
 */

/** A timer that was armed; opaque to everyone but the clock that made it. */
export type Timer = unknown;

/** Monotonic time and one-shot timers. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds. The timer keeps the process alive when `ref` is true. */
  setTimer(fn: () => void, ms: number, ref: boolean): Timer;
  /** Disarms a timer; one that fired already is ignored. */
  clearTimer(timer: Timer): void;
}

/** The runtime's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(fn, ms, ref) {
    const timer = setTimeout(fn, ms) as { unref?: () => void } | number;
    // Node, Deno and Bun return an object or offer unref on it; elsewhere it is a plain number.
    if (!ref && typeof timer === "object") timer.unref?.();
    return timer;
  },
  clearTimer(timer) {
    clearTimeout(timer as number);
  },
};
