/**
 * The deadline of the commands in one ring that have none of their own. One entry in the pool's deadlines stands for
 * all of them, and it is armed for the oldest only: a command that is answered in time costs nothing here.
 *
 * @module
 */
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import { TimeoutError } from "../errors.ts";
import { tombstone } from "./call.ts";
import { verbOf } from "./command.ts";
import type { CommandRing } from "./command_ring.ts";

/** Rejects the commands of a ring whose time is up. */
export class RingDeadline extends Deadline {
  readonly #ring: CommandRing;
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  readonly #endpoint: string;
  readonly #onExpired: () => unknown;

  /**
   * Watches `ring`. `onExpired` is called once before commands are rejected; what it returns becomes their cause.
   */
  constructor(ring: CommandRing, deadlines: Deadlines, timeoutMs: number, endpoint: string, onExpired: () => unknown) {
    super();
    this.#ring = ring;
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
    this.#endpoint = endpoint;
    this.#onExpired = onExpired;
  }

  /** Makes sure that the commands which were stamped so far are watched. */
  watch(): void {
    if (this.previous !== undefined || this.#ring.size === 0) return;
    this.#arm(this.#ring.start[this.#ring.head]!);
  }

  /** Makes sure that commands are watched which came to the ring from another one and may be older than its own. */
  watchMoved(): void {
    const ring = this.#ring;
    let oldest = Infinity;
    for (let n = 0; n < ring.size; n++) {
      const i = (ring.head + n) & ring.mask;
      if (!ring.calls[i]?.hasDeadline) oldest = Math.min(oldest, ring.start[i]!);
    }
    this.stop();
    this.#arm(oldest);
  }

  /** Watches no longer. */
  stop(): void {
    this.#deadlines.remove(this);
  }

  /** Rejects every command whose time is up and arms for the oldest of the rest. */
  override expire(now: number): void {
    const ring = this.#ring;
    let oldest = Infinity;
    let cause: unknown;
    let anyExpired = false;
    for (let n = 0; n < ring.size; n++) {
      const i = (ring.head + n) & ring.mask;
      if (ring.calls[i]?.hasDeadline) continue;
      const start = ring.start[i]!;
      if (start + this.#timeoutMs > now) {
        oldest = Math.min(oldest, start);
        continue;
      }
      if (!anyExpired) cause = this.#onExpired();
      anyExpired = true;
      this.#reject(i, n < ring.sent, now - start, cause);
    }
    // Nobody will answer what was never sent: it needs no place in line.
    while (ring.sent === 0 && ring.size > 0 && ring.calls[ring.head] === tombstone) ring.shift();
    this.#arm(oldest);
  }

  #arm(oldest: number): void {
    if (oldest < Infinity && this.#timeoutMs > 0) this.#deadlines.add(this, oldest + this.#timeoutMs);
  }

  #reject(i: number, sent: boolean, elapsedMs: number, cause: unknown): void {
    const ring = this.#ring;
    const command = verbOf(ring.args[i]!);
    const error = new TimeoutError(
      "COMMAND_TIMEOUT",
      `${command} got no reply from ${this.#endpoint} within ${Math.round(elapsedMs)} ms`,
      { command, endpoint: this.#endpoint, phase: sent ? "reply" : "queue", sent, elapsedMs, cause },
    );
    const call = ring.calls[i];
    ring.failed(i, error);
    if (call === undefined) ring.reject[i]!(error);
    ring.calls[i] = call === undefined ? tombstone : call.fail(error, ring.reject[i]!);
    if (ring.calls[i] === tombstone) ring.letGo(i, sent);
  }
}
