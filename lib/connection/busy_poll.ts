/**
 * Waits for replies awake. To put a process to sleep and to wake it up again takes longer than a server nearby takes to
 * answer, and costs as much processor time as looking for the reply all the while.
 *
 * ```txt
 *   flush ──► turn ──► turn ──► …   each turn of the event loop looks for bytes, and for all else, without sleeping
 *               │        │     └──► too many: sleep; the next flushes sleep at once, twice as many each time
 *               └────────┴────────► everything was answered
 * ```
 *
 * @module
 */

/** Runs a callback in the next turn of the event loop, which must not sleep before. */
export type NextTurn = (callback: () => void) => void;

/** Commands as they are seen here. */
export interface Outstanding {
  /** How many of them were sent and not answered. */
  readonly sent: number;
}

/**
 * Turns to wait for. One takes about a microsecond where nothing else is to be done; a server on the same machine
 * answers within 20 to 40 of them, or within 100 when it had been asleep for long.
 */
const mostTurns = 128;
/** Flushes to sleep at while waiting awake is in vain: a server far away costs the turns of one wait in a thousand. */
const longestRest = 1023;

/** Flushes to sleep at when another connection is flushed: where several take turns, the loop has enough to do. */
const restOnChange = 16;

/** Keeps the event loop of one pool awake while replies are due any moment. */
export class BusyPoll {
  readonly #nextTurn: NextTurn;
  /** What was flushed last. */
  #watched: Outstanding | undefined;
  /** Turns that it still waits for; it sleeps at 0. */
  #turnsLeft = 0;
  /** Flushes that are still to be slept at. */
  #rest = 0;
  /** How many that were the last time. */
  #lastRest = 0;

  /** Sleeps until something is watched. */
  constructor(nextTurn: NextTurn) {
    this.#nextTurn = nextTurn;
  }

  /** Commands have left: stays awake for their replies, if that was worth it the last time. One object a connection. */
  watch(commands: Outstanding): void {
    if (commands !== this.#watched) {
      this.#watched = commands;
      this.#rest = Math.max(this.#rest, restOnChange);
    }
    if (this.#rest > 0) {
      this.#rest--;
      return;
    }
    const isAwake = this.#turnsLeft > 0;
    this.#turnsLeft = mostTurns;
    if (!isAwake) this.#nextTurn(this.#turn);
  }

  readonly #turn = (): void => {
    const isAnswered = this.#watched!.sent === 0;
    if (!isAnswered && --this.#turnsLeft > 0) return this.#nextTurn(this.#turn);
    this.#turnsLeft = 0;
    this.#lastRest = isAnswered ? this.#lastRest >> 1 : Math.min(2 * this.#lastRest + 1, longestRest);
    if (!isAnswered) this.#rest = this.#lastRest;
  };
}
