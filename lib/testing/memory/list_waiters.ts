/**
 * Clients that wait for a list to hold something, in the order they came.
 *
 * @module
 */

/** Someone who waits. */
export interface ListWaiter {
  /** The keys waited for. */
  readonly keys: readonly string[];
  /** Tries to take from the list at `key`. Returns whether the wait is over. */
  serve(key: string): boolean;
}

/** The waiters of one database. */
export class ListWaiters {
  readonly #byKey = new Map<string, Set<ListWaiter>>();
  readonly #ready = new Set<string>();

  /** Whether a list came into being that someone waits for. */
  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Puts a waiter in line at each of its keys. */
  add(waiter: ListWaiter): void {
    for (const key of waiter.keys) {
      const line = this.#byKey.get(key);
      if (line === undefined) this.#byKey.set(key, new Set([waiter]));
      else line.add(waiter);
    }
  }

  /** Takes a waiter out of every line. */
  remove(waiter: ListWaiter): void {
    for (const key of waiter.keys) {
      const line = this.#byKey.get(key);
      if (line?.delete(waiter) && line.size === 0) this.#byKey.delete(key);
    }
  }

  /** Says that a list now exists at `key`. */
  signal(key: string): void {
    if (this.#byKey.has(key)) this.#ready.add(key);
  }

  /** Serves the lines of every ready key. Serving may make other keys ready. */
  serve(): void {
    for (const key of this.#ready) {
      this.#ready.delete(key);
      for (const waiter of [...this.#byKey.get(key) ?? []]) {
        if (waiter.serve(key)) this.remove(waiter);
      }
    }
  }
}
