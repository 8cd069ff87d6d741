/**
 * Those who wait until the pool holds so many connections.
 *
 * @module
 */

interface WarmUp {
  readonly target: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls for warming that are not fulfilled yet. */
export class WarmUps {
  #pending: WarmUp[] = [];

  /** The most connections anybody waits for. */
  get target(): number {
    return this.#pending.reduce((most, { target }) => Math.max(most, target), 0);
  }

  /** Waits for `target` connections. */
  add(target: number): Promise<void> {
    return new Promise((resolve, reject) => this.#pending.push({ target, resolve, reject }));
  }

  /** Says that there will never be more than `most`. */
  limit(most: number): void {
    this.#pending = this.#pending.map((warmUp) => ({ ...warmUp, target: Math.min(warmUp.target, most) }));
  }

  /** Says how many there are now. */
  reached(open: number): void {
    if (this.#pending.length === 0) return;
    for (const { target, resolve } of this.#pending) if (target <= open) resolve();
    this.#pending = this.#pending.filter(({ target }) => target > open);
  }

  /** Ends all waits with an error. */
  fail(error: unknown): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { reject } of pending) reject(error);
  }
}
