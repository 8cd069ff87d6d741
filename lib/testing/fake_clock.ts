/**
 * A clock that stands still until it is told to move, so that tests own time.
 *
 * @module
 */
import type { Clock, Timer } from "../base/clock.ts";

interface FakeTimer {
  readonly fn: () => void;
  readonly at: number;
  readonly ref: boolean;
}

/** Microtask turns granted to promise continuations between two timers; far more than any chain of awaits here needs. */
const turns = 24;

/**
 * A `Clock` for tests. Timers run in the order they are due, those of one instant in the order they were set.
 *
 * @example
 * ```ts
 * import { FakeClock } from "@respool/respool/testing";
 *
 * const clock = new FakeClock();
 * let fired = false;
 * clock.setTimer(() => fired = true, 50, true);
 * await clock.advance(50);
 * console.log(fired, clock.now()); // true 1050
 * ```
 */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<FakeTimer>();

  /** Makes a clock that shows `start` milliseconds. */
  constructor(start = 1000) {
    this.#now = start;
  }

  /** The time shown, in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Arms a timer; it fires from within `advance` or `tick`, also when `ms` is 0. */
  setTimer(fn: () => void, ms: number, ref: boolean): Timer {
    const timer: FakeTimer = { fn, at: this.#now + Math.max(0, ms), ref };
    this.#timers.add(timer);
    return timer;
  }

  /** Disarms a timer; one that fired already is ignored. */
  clearTimer(timer: Timer): void {
    this.#timers.delete(timer as FakeTimer);
  }

  /** How many timers are armed. */
  get timers(): number {
    return this.#timers.size;
  }

  /** How many of the armed timers would keep a process alive. */
  get refTimers(): number {
    let count = 0;
    for (const timer of this.#timers) if (timer.ref) count++;
    return count;
  }

  /**
   * Moves time on by `ms` milliseconds and fires what becomes due on the way, timers set meanwhile included.
   * Promise continuations run before the first timer, between timers and after the last one.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    while (this.#fireNext(end)) await this.settle();
    this.#now = end;
  }

  /** Like `advance`, but in one go: no promise continuation runs before it returns. */
  tick(ms: number): void {
    const end = this.#now + ms;
    while (this.#fireNext(end)) { /* each call fires one */ }
    this.#now = end;
  }

  /** Lets pending promise continuations run; time stands still. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await undefined;
  }

  /** Fires the earliest timer that is due by `end`, at its own time; `false` when there is none. */
  #fireNext(end: number): boolean {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.fn();
    return true;
  }
}
