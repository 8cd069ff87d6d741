/**
 * A lock for code that awaits: whoever comes later waits for his turn.
 *
 * @module
 */

/** One holder at a time, first come, first served. */
export class Lock {
  #isHeld = false;
  readonly #line: (() => void)[] = [];

  /** Runs `body` as the only holder. */
  async hold<T>(body: () => Promise<T>): Promise<T> {
    if (this.#isHeld) {
      await new Promise<void>((resolve) => this.#line.push(resolve));
    }
    this.#isHeld = true;
    try {
      return await body();
    } finally {
      const next = this.#line.shift();
      if (next === undefined) this.#isHeld = false;
      else next();
    }
  }
}
