/**
 * Questions to a connection that must be answered in time: is it fit, is it clean again.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import type { Factory } from "./factory.ts";
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** What `Checks` works with and whom it tells. */
export interface ChecksHost<C> {
  /** How long an answer may take; 0: for ever. */
  readonly timeoutMs: number;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Asks the connections. */
  readonly factory: Factory<C>;
  /** Time. */
  readonly clock: Clock;
  /** Where the ends of answers are noted. */
  readonly deadlines: Deadlines;
  /** A connection is fit; its slot is still `validating`. */
  onFit(slot: Slot<C>): void;
  /** A connection is not fit, or did not answer. */
  onUnfit(slot: Slot<C>): void;
  /** A connection is clean again; its slot is still `resetting`. */
  onClean(slot: Slot<C>): void;
  /** A connection stays dirty. */
  onDirty(slot: Slot<C>): void;
}

/** A question that was asked. The answer is void when the slot was closed meanwhile. */
class Question<C> extends Deadline {
  readonly #slot: Slot<C>;
  readonly #turn: number;
  readonly #onAnswer: (slot: Slot<C>, passed: boolean) => void;
  #over = false;

  constructor(slot: Slot<C>, onAnswer: (slot: Slot<C>, passed: boolean) => void) {
    super();
    this.#slot = slot;
    this.#turn = slot.turn;
    this.#onAnswer = onAnswer;
  }

  override expire(): void {
    this.answer(false);
  }

  answer(passed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#slot.turn === this.#turn) this.#onAnswer(this.#slot, passed);
  }
}

/** Asks connections and passes their answers on. */
export class Checks<C> {
  readonly #host: ChecksHost<C>;

  /** Makes the one that asks. */
  constructor(host: ChecksHost<C>) {
    this.#host = host;
  }

  /** Asks whether a connection is fit; its slot is `validating` meanwhile. */
  validate(slot: Slot<C>): void {
    const { slots, factory } = this.#host;
    slots.move(slot, slotStates.validating);
    this.#ask(slot, attempt(() => factory.validate?.(slot.connection as C)), this.#onValidated);
  }

  /**
   * Undoes what the last user left behind.
   *
   * @returns `true` when there was nothing to undo; otherwise the host is told what came of it.
   */
  isClean(slot: Slot<C>): boolean {
    const { factory, slots } = this.#host;
    const { turn } = slot;
    const clean = attempt(() => factory.reset?.(slot.connection as C));
    // Whatever it did may have ended the pool.
    if (slot.turn !== turn) return false;
    if (clean === true) return true;
    if (clean === false || clean === undefined) this.#host.onDirty(slot);
    else {
      slots.move(slot, slotStates.resetting);
      this.#ask(slot, clean, this.#onReset);
    }
    return false;
  }

  /** Waits for an answer; anything but `true` in time counts as `false`. */
  #ask(
    slot: Slot<C>,
    answer: Promise<boolean> | boolean | undefined,
    onAnswer: (slot: Slot<C>, passed: boolean) => void,
  ): void {
    const { timeoutMs, deadlines, clock } = this.#host;
    const question = new Question(slot, onAnswer);
    if (timeoutMs > 0) deadlines.add(question, clock.now() + timeoutMs);
    const finish = (passed: boolean) => {
      deadlines.remove(question);
      question.answer(passed);
    };
    Promise.resolve(answer).then((passed) => finish(passed === true), () => finish(false));
  }

  readonly #onValidated = (slot: Slot<C>, passed: boolean): void => {
    if (passed) this.#host.onFit(slot);
    else this.#host.onUnfit(slot);
  };

  readonly #onReset = (slot: Slot<C>, passed: boolean): void => {
    if (passed) this.#host.onClean(slot);
    else this.#host.onDirty(slot);
  };
}

/** Calls the user's code; one that throws says no. */
function attempt<T>(fn: () => T): T | false {
  try {
    return fn();
  } catch {
    return false;
  }
}
