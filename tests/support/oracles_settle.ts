/**
 * Checks that calls settle in time: by their deadline, and a little more for a machine that is busy.
 *
 * @module
 */
import assert from "node:assert/strict";

/** What respool allows itself between a deadline and the rejection. */
export const latenessTargetMs = 50;
/** What a loaded machine is granted on top of the deadline, the 50 ms included. */
export const latenessAllowedMs = 250;

/** Times calls from their start to their end, and knows which of them have not ended. */
export class Settlement {
  /** For each call that ended after its deadline or just before: by how many milliseconds, the latest first once sorted. */
  readonly lateness: number[] = [];
  #open = 0;

  /** How many calls have not ended. */
  get open(): number {
    return this.#open;
  }

  /** Follows a call that began now and must end within `deadlineMs`; the promise stays the caller's to handle. */
  follow<T>(promise: Promise<T>, deadlineMs: number): Promise<T> {
    const startedAt = performance.now();
    this.#open++;
    const settle = () => {
      this.#open--;
      this.lateness.push(performance.now() - startedAt - deadlineMs);
    };
    promise.then(settle, settle);
    return promise;
  }

  /** The latest of all calls, in milliseconds after its deadline; negative when all ended before. */
  get latest(): number {
    return this.lateness.reduce((most, one) => Math.max(most, one), -Infinity);
  }

  /** Fails when a call has not ended or ended too late. */
  assertInTime(): void {
    assert.equal(this.#open, 0, `${this.#open} calls never settled`);
    assert.ok(this.latest <= latenessAllowedMs, `a call settled ${Math.round(this.latest)} ms after its deadline`);
  }
}
