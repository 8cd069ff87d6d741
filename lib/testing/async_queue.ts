/**
 * A queue whose reader waits: what a test takes is either there already or comes later.
 *
 * @module
 */

/** Values in the order they came; `take` waits for the next one. */
export class AsyncQueue<T> {
  readonly #values: T[] = [];
  readonly #takers: { resolve: (value: T) => void; reject: (error: unknown) => void }[] = [];
  #failure: { error: unknown } | undefined;

  /** Adds a value; the taker that waits longest gets it. */
  push(value: T): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#values.push(value);
    else taker.resolve(value);
  }

  /** Takes the next value. Rejects once the queue has failed and is empty. */
  take(): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift()!);
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  /** Takes every value that is there. */
  takeAll(): T[] {
    return this.#values.splice(0);
  }

  /** Says that nothing more will come: waiting takers, and later ones that find the queue empty, get the error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const taker of this.#takers.splice(0)) taker.reject(this.#failure.error);
  }
}
