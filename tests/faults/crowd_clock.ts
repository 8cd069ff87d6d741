/** A clock for very many timers: it goes by whole milliseconds, and all that is due in one of them fires together. */
import type { Clock, Timer } from "../../lib/base/clock.ts";

interface CrowdTimer {
  readonly fn: () => void;
  readonly at: number;
}

/** Time that moves when it is told to. */
export class CrowdClock implements Clock {
  #now = 1000;
  readonly #due = new Map<number, Set<CrowdTimer>>();

  /** The time shown, in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Arms a timer. */
  setTimer(fn: () => void, ms: number): Timer {
    const timer = { fn, at: this.#now + Math.max(1, Math.ceil(ms)) };
    const due = this.#due.get(timer.at) ?? new Set();
    this.#due.set(timer.at, due.add(timer));
    return timer;
  }

  /** Disarms it. */
  clearTimer(timer: Timer): void {
    const { at } = timer as CrowdTimer;
    this.#due.get(at)?.delete(timer as CrowdTimer);
  }

  /** Moves time on; promises go on between two milliseconds. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    for (const end = this.#now + ms; this.#now < end;) {
      const due = this.#due.get(++this.#now);
      if (due === undefined) continue;
      this.#due.delete(this.#now);
      for (const { fn } of due) fn();
      await this.settle();
    }
  }

  /** Lets promises go on; time stands still. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 24; turn++) await undefined;
  }
}
