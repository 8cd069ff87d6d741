/**
 * Stops trying for a while after failures in a row.
 *
 * ```txt
 *             failures in a row              its time is over: probe()
 *   closed ────────────────────────► open ────────────────────────────► half_open
 *     ▲                               ▲                                   │    │
 *     │                               └───────────── failed() ────────────┘    │
 *     └──────────────────────────────────────────── succeeded() ───────────────┘
 * ```
 *
 * Each probe that fails doubles the time the circuit stays open, up to a limit. The time itself is drawn uniformly
 * from the upper three quarters of that bound, so that many clients do not probe in step.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** Whether tries are made (`closed`), held back (`open`), or one of them is under way (`half_open`). */
export type CircuitState = "closed" | "open" | "half_open";

/** When a circuit opens and for how long. */
export interface CircuitOptions {
  /** Failures in a row that open it; 0: it never opens. */
  failures: number;
  /** How long it stays open the first time, at most, in milliseconds. */
  openMs: number;
  /** What that time never exceeds, in milliseconds. */
  maxOpenMs: number;
}

/** One circuit. It counts and tells; whoever uses it makes the tries. */
export class CircuitBreaker {
  readonly #options: CircuitOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onChange: (state: CircuitState) => void;
  #state: CircuitState = "closed";
  #failures = 0;
  #boundMs: number;
  #probeAt = 0;
  #since: number;

  /**
   * Makes a closed circuit.
   *
   * @param random Uniform in [0, 1).
   * @param onChange Hears of each new state; must not throw.
   */
  constructor(
    options: CircuitOptions,
    clock: Clock,
    random: () => number,
    onChange: (state: CircuitState) => void = () => {},
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#onChange = onChange;
    this.#boundMs = options.openMs;
    this.#since = clock.now();
  }

  /** The state now. */
  get state(): CircuitState {
    return this.#state;
  }

  /** For how many milliseconds it has been the state. */
  get stateMs(): number {
    return this.#clock.now() - this.#since;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until a probe may start; 0 when nothing holds a try back. */
  get waitMs(): number {
    return this.#state === "open" ? Math.max(0, this.#probeAt - this.#clock.now()) : 0;
  }

  /** Turns `open` into `half_open`: the caller starts the probe. */
  probe(): void {
    if (this.#state === "open") this.#enter("half_open");
  }

  /** A try worked: the circuit is closed and its history forgotten. */
  succeeded(): void {
    this.#failures = 0;
    this.#boundMs = this.#options.openMs;
    if (this.#state !== "closed") this.#enter("closed");
  }

  /** A try failed. */
  failed(): void {
    this.#failures++;
    const { failures, maxOpenMs } = this.#options;
    if (this.#state === "half_open") this.#boundMs = Math.min(maxOpenMs, this.#boundMs * 2);
    // A late failure of a try that began before the circuit opened changes nothing.
    else if (this.#state === "open" || failures === 0 || this.#failures < failures) return;
    this.#probeAt = this.#clock.now() + this.#boundMs * (0.25 + 0.75 * this.#random());
    this.#enter("open");
  }

  /** Something else shows that a try would fail: a closed circuit opens as if enough of them had. */
  trip(): void {
    if (this.#state !== "closed") return;
    this.#failures = Math.max(this.#failures, this.#options.failures - 1);
    this.failed();
  }

  #enter(state: CircuitState): void {
    this.#state = state;
    this.#since = this.#clock.now();
    this.#onChange(state);
  }
}
