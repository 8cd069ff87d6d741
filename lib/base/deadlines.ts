/**
 * One timer for many deadlines.
 *
 * Deadlines are kept in buckets of a few milliseconds, each a doubly linked list threaded through the deadlines
 * themselves: adding and removing take constant time and allocate nothing. The one timer is armed for the earliest
 * bucket and left alone when that empties; it finds out when it fires. A timer that keeps the process alive is armed in
 * short steps, so that one left over holds the process no longer than a step.
 *
 * ```txt
 *   tick 125 ─► a ⇄ b ⇄ c
 *   tick 129 ─► d               timer: tick 125
 * ```
 *
 * @module
 */
import type { Clock, Timer } from "./clock.ts";

/** Something that is over when its time has come. Subclasses say what happens then. */
export abstract class Deadline {
  /** The bucket's list; touched by `Deadlines` only. */
  previous: Deadline | undefined = undefined;
  /** The bucket's list; touched by `Deadlines` only. */
  next: Deadline | undefined = undefined;

  /** Called once, when the deadline has passed and `remove` was not called; `now` is when that was seen. */
  abstract expire(now: number): void;
}

/** The head of a bucket's list; it never expires. */
class Bucket extends Deadline {
  override expire(): void {}
}

/** Milliseconds per bucket: how late a deadline may be noticed. */
const granularityMs = 8;

/** The longest a ref'd timer runs: how long it may hold the process after the last deadline was removed. */
const stepMs = 200;

/** The longest that replies are read for after the loop was blocked: a busy machine may need long for what waits. */
const mostReadingMs = 1000;

/** The longest any timer runs: runtimes turn a longer one into one that fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Calls `expire` on each deadline whose time has come. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #ref: boolean;
  readonly #buckets = new Map<number, Bucket>();
  #timer: Timer | undefined;
  /** The tick the timer is armed for. */
  #armed = Infinity;
  /** When the timer fired, while the runtime has a chance to read its sockets before deadlines are judged. */
  #readSince: number | undefined;
  /** Until when what was due then is not judged. */
  #readUntil = 0;
  /** When the timer fired last meanwhile. */
  #turn = 0;
  #size = 0;

  /**
   * Makes an empty set; no timer runs until a deadline is added.
   *
   * @param ref Whether deadlines in the set keep the process alive.
   */
  constructor(clock: Clock, ref = true) {
    this.#clock = clock;
    this.#ref = ref;
  }

  /** How many deadlines are in the set. */
  get size(): number {
    return this.#size;
  }

  /** Adds a deadline that is not in any set. It passes at `at`, a time of the clock, and at most some milliseconds later. */
  add(deadline: Deadline, at: number): void {
    const tick = Math.ceil(at / granularityMs);
    let bucket = this.#buckets.get(tick);
    if (bucket === undefined) this.#buckets.set(tick, bucket = new Bucket());
    deadline.previous = bucket;
    deadline.next = bucket.next;
    if (bucket.next !== undefined) bucket.next.previous = deadline;
    bucket.next = deadline;
    this.#size++;
    if (tick < this.#armed) this.#arm(tick);
  }

  /** Takes a deadline out of this set; one that is in no set is ignored. */
  remove(deadline: Deadline): void {
    if (deadline.previous === undefined) return;
    deadline.previous.next = deadline.next;
    if (deadline.next !== undefined) deadline.next.previous = deadline.previous;
    deadline.previous = deadline.next = undefined;
    this.#size--;
  }

  /** Disarms the timer. Deadlines that are still in the set pass unnoticed until one is added. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#armed = Infinity;
    this.#readSince = undefined;
  }

  #arm(tick: number): void {
    this.stop();
    this.#armed = tick;
    const wait = Math.max(0, tick * granularityMs - this.#clock.now());
    this.#startTimer(Math.min(wait, this.#ref ? stepMs : maxTimerMs));
  }

  #startTimer(ms: number): void {
    this.#timer = this.#clock.setTimer(this.#fire, ms, this.#ref);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    if (this.#size === 0) {
      // It rests until the next `add`.
      this.#buckets.clear();
      return this.stop();
    }
    const now = this.#clock.now();
    if (this.#readSince !== undefined) return this.#judge(this.#readSince, now);
    const lateMs = now - this.#armed * granularityMs;
    if (lateMs < 0) return this.#arm(this.#armed);
    this.#readSince = now;
    this.#readUntil = now + Math.min(lateMs, mostReadingMs);
    this.#read(now);
  };

  /**
   * Gives the loop a turn to read. Replies that wait in the kernel while it was blocked must win over the timeout, so it
   * is given as much time as it has lost, in many turns.
   */
  #read(now: number): void {
    this.#turn = now;
    this.#startTimer(Math.max(0, Math.min(this.#readUntil - now, granularityMs)));
  }

  /** Judges what was due when the reading began once it is over, and later ones a turn after they became due. */
  #judge(readSince: number, now: number): void {
    const turn = this.#turn;
    const lateMs = now - turn - granularityMs;
    if (lateMs > 0) this.#readUntil = Math.min(Math.max(this.#readUntil, now + lateMs), readSince + mostReadingMs);
    // A timer that is late itself may have fired before the loop had its turn.
    const isRead = now >= this.#readUntil && (lateMs <= 0 || turn > readSince);
    let earliest = Infinity;
    for (const [tick, bucket] of this.#buckets) {
      const due = tick * granularityMs;
      const judgedBy = due > readSince ? turn : isRead ? readSince : 0;
      if (due <= judgedBy) this.#expireAll(bucket, judgedBy);
      if (bucket.next === undefined) this.#buckets.delete(tick);
      else earliest = Math.min(earliest, tick);
    }
    if (earliest * granularityMs <= readSince) return this.#read(now);
    if (earliest < Infinity) this.#arm(earliest);
    else this.stop();
  }

  #expireAll(bucket: Bucket, now: number): void {
    for (let deadline = bucket.next; deadline !== undefined; deadline = bucket.next) {
      this.remove(deadline);
      deadline.expire(now);
    }
  }
}
