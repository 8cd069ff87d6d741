/**
 * Questions to a connection that must be answered in time: is it fit, is it clean again.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import type { Slot } from "./slot.ts";

/** Told how a check ended, unless the slot changed hands or was closed meanwhile. */
export type OnChecked<C> = (slot: Slot<C>, passed: boolean) => void;

class Check<C> extends Deadline {
  readonly #slot: Slot<C>;
  readonly #turn: number;
  readonly #onChecked: OnChecked<C>;
  #over = false;

  constructor(slot: Slot<C>, onChecked: OnChecked<C>) {
    super();
    this.#slot = slot;
    this.#turn = slot.turn;
    this.#onChecked = onChecked;
  }

  override expire(): void {
    this.finish(false);
  }

  finish(passed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#slot.turn === this.#turn) this.#onChecked(this.#slot, passed);
  }
}

/** Runs checks, each with a deadline. */
export class Checks {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;

  /** Makes the one that runs checks; `timeoutMs` 0: they may take for ever. */
  constructor(clock: Clock, deadlines: Deadlines, timeoutMs: number) {
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
  }

  /** Waits for an answer; anything but `true` in time counts as `false`. */
  run<C>(slot: Slot<C>, answer: Promise<boolean>, onChecked: OnChecked<C>): void {
    const check = new Check(slot, onChecked);
    if (this.#timeoutMs > 0) this.#deadlines.add(check, this.#clock.now() + this.#timeoutMs);
    const finish = (passed: boolean) => {
      this.#deadlines.remove(check);
      check.finish(passed);
    };
    answer.then((passed) => finish(passed === true), () => finish(false));
  }
}
