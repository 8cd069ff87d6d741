/**
 * Notices a connection that owes replies and says nothing.
 *
 * @module
 */
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import type { CommandRing } from "./command_ring.ts";

/** A connection as its watch sees it. */
export interface Watched {
  /** Its commands. */
  readonly ring: CommandRing;
  /** Clock time at which bytes last arrived. */
  readonly aliveAt: number;
}

/** Reports a connection once for each time that it was silent for too long with replies outstanding. */
export class StallWatch extends Deadline {
  readonly #watched: Watched;
  readonly #deadlines: Deadlines;
  readonly #stallTimeoutMs: number;
  readonly #onStalled: () => void;

  /** Watches nothing before `watch` is called; never when `stallTimeoutMs` is 0. */
  constructor(watched: Watched, deadlines: Deadlines, stallTimeoutMs: number, onStalled: () => void) {
    super();
    this.#watched = watched;
    this.#deadlines = deadlines;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#onStalled = onStalled;
  }

  /** Makes sure that the commands which were sent are watched. It goes on by itself while there are any. */
  watch(now: number): void {
    if (this.previous !== undefined || this.#stallTimeoutMs === 0) return;
    this.#deadlines.add(this, now + this.#stallTimeoutMs);
  }

  /** Watches no longer. */
  stop(): void {
    this.#deadlines.remove(this);
  }

  /** Judges by what happened since. */
  override expire(now: number): void {
    const { ring, aliveAt } = this.#watched;
    if (ring.sent === 0) return;
    const silentSince = Math.max(aliveAt, ring.start[ring.head]!);
    if (now - silentSince < this.#stallTimeoutMs) return this.watch(silentSince);
    this.watch(now);
    this.#onStalled();
  }
}
