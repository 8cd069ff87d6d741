/**
 * Error replies that say: this is not the connection you want. After a failover a demoted primary keeps its connections
 * and answers READONLY; only new ones find the way.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { RedisError } from "../errors.ts";

/** How often all connections are replaced at most. */
const bumpIntervalMs = 1000;

/** Recognises such errors and has all connections replaced, not too often. */
export class Unfitness {
  readonly #codes: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #invalidate: (code: string) => void;
  #bumpedAt = -Infinity;
  #isBumping = false;

  /** `invalidate` replaces all connections. */
  constructor(codes: readonly string[], clock: Clock, invalidate: (code: string) => void) {
    this.#codes = new Set(codes);
    this.#clock = clock;
    this.#invalidate = invalidate;
  }

  /**
   * Whether an error says that its connection must take no further commands. A new one that leads to the same server
   * is kept until all may be replaced again: it would be followed by the next at once, and so on.
   */
  shows(error: RedisError): boolean {
    // One session has lost its identity; a new connection shows it again. The others may still have theirs.
    if (error.code === "NOAUTH") return true;
    if (!this.#codes.has(error.code)) return false;
    const now = this.#clock.now();
    if (now - this.#bumpedAt >= bumpIntervalMs) {
      this.#bumpedAt = now;
      this.#isBumping = true;
      // Not from within the reading of replies: it ends connections.
      queueMicrotask(() => {
        this.#isBumping = false;
        this.#invalidate(error.code);
      });
    }
    return this.#isBumping;
  }
}
