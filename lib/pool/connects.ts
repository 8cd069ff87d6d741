/**
 * Opening connections: how many at a time, when to try again, and what is known about the last failure.
 *
 * A connect belongs to the pool, not to the caller who caused it: when he gives up, his connection goes to the next in
 * line or is idle. While connecting fails, one attempt is made at a time, after a backoff; after some failures in a
 * row the circuit opens and the attempt becomes its probe, whose connection is used like any other.
 *
 * @module
 */
import { backoffMs, type BackoffOptions } from "../base/backoff.ts";
import type { CircuitBreaker } from "../base/circuit_breaker.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import { ConnectError } from "../errors.ts";
import type { Closing } from "./closing.ts";
import type { Factory } from "./factory.ts";
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** The time a factory has to say in its own words why it did not connect in time. */
const graceMs = 50;

/** How long a fatal error is handed out without another attempt. */
const fatalCacheMs = 1000;

/** The options that matter here. */
export interface ConnectOptions {
  /** How many at a time; 0: as many as there are slots. */
  readonly maxConcurrentConnects: number;
  /** How long one attempt may take; 0: for ever. */
  readonly connectTimeoutMs: number;
  /** The wait between attempts that failed. */
  readonly backoff: BackoffOptions;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What `Connects` works with and whom it tells. */
export interface ConnectsHost<C> {
  /** The options that matter here. */
  readonly options: ConnectOptions;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Makes the connections. */
  readonly factory: Factory<C>;
  /** Time. */
  readonly clock: Clock;
  /** Where the ends of attempts are noted. */
  readonly deadlines: Deadlines;
  /** Whether attempts are made. */
  readonly circuit: CircuitBreaker;
  /** Ends what comes too late. */
  readonly closing: Closing<C>;
  /** A connection was made; its slot is still `connecting`. */
  onConnect(slot: Slot<C>, elapsedMs: number): void;
  /** An attempt failed; its slot no longer counts unless a connection may still come. */
  onFailure(error: unknown, fatal: boolean): void;
  /** The next attempt is some time away. */
  onBackoff(attempt: number, delayMs: number): void;
  /** The time for another attempt has come. */
  onRetry(): void;
}

class Attempt<C> extends Deadline {
  readonly slot: Slot<C>;
  readonly startedAt: number;
  readonly controller = new AbortController();
  connected: Promise<C> | undefined;
  readonly #connects: Connects<C>;

  constructor(connects: Connects<C>, slot: Slot<C>, startedAt: number) {
    super();
    this.#connects = connects;
    this.slot = slot;
    this.startedAt = startedAt;
  }

  override expire(now: number): void {
    this.#connects.timeOut(this, now);
  }
}

/** Makes the pool's connections. */
export class Connects<C> {
  /** Why the last attempt failed; `undefined` again after one that worked. */
  lastError: unknown = undefined;
  readonly #host: ConnectsHost<C>;
  readonly #attempts = new Set<Attempt<C>>();
  #fatalAt = -Infinity;
  #isFatal = false;
  #retryAt = 0;
  #timer: Timer | undefined;
  #timerRef = false;

  /** Makes the one that connects; nothing starts before `want`. */
  constructor(host: ConnectsHost<C>) {
    this.#host = host;
  }

  /** Whether the last attempt failed. */
  get down(): boolean {
    return this.#isFatal || this.#host.circuit.failures > 0;
  }

  /** Whether the last attempt failed in a way that only a caller's demand may repeat. */
  get isFatal(): boolean {
    return this.#isFatal;
  }

  /** Whether another attempt so soon would fail like the last one. */
  get failsForSure(): boolean {
    return this.#isFatal && this.#host.clock.now() - this.#fatalAt < fatalCacheMs;
  }

  /**
   * Says how many more connections are needed than are being made. Starts as many as the limits allow, or arranges for
   * `onRetry` when it is too early.
   *
   * @param ref Whether someone waits for it: the process is kept alive until the next attempt.
   */
  want(count: number, ref: boolean): void {
    if (count <= 0) return this.#disarm();
    const { options, slots, clock, circuit } = this.#host;
    const limit = this.down ? 1 : options.maxConcurrentConnects || Infinity;
    const startable = Math.min(count, limit - slots.count(slotStates.connecting), slots.room);
    if (startable <= 0) return;
    const waitMs = this.down ? this.#retryAt - clock.now() : 0;
    if (waitMs > 0) return this.#arm(waitMs, ref);
    this.#disarm();
    circuit.probe();
    for (let n = 0; n < startable; n++) this.#start();
  }

  /** Gives all attempts up and makes no plans. */
  stop(reason: unknown): void {
    this.#disarm();
    for (const attempt of this.#attempts) {
      attempt.controller.abort(reason);
      this.#giveUp(attempt);
    }
  }

  /** Tells an attempt that its time is up; when it does not end then, goes on without it. */
  timeOut(attempt: Attempt<C>, now: number): void {
    const { signal } = attempt.controller;
    if (signal.aborted) {
      this.#giveUp(attempt);
      return this.#noteFailure(signal.reason);
    }
    const elapsedMs = now - attempt.startedAt;
    const message = `not connected within ${Math.round(elapsedMs)} ms`;
    const error = new ConnectError("CONNECT_TIMEOUT", message, { elapsedMs });
    attempt.controller.abort(error);
    // Whoever opens the socket may have said how far it had come.
    error.phase ??= "connect";
    if (this.#attempts.has(attempt)) this.#host.deadlines.add(attempt, this.#host.clock.now() + graceMs);
  }

  #start(): void {
    const { options, slots, clock, deadlines, factory } = this.#host;
    const attempt = new Attempt(this, slots.add(), clock.now());
    this.#attempts.add(attempt);
    if (options.connectTimeoutMs > 0) deadlines.add(attempt, attempt.startedAt + options.connectTimeoutMs);
    attempt.connected = invoke(() => factory.connect(attempt.controller.signal));
    attempt.connected.then((connection) => this.#succeed(attempt, connection), (error) => this.#fail(attempt, error));
  }

  #succeed(attempt: Attempt<C>, connection: C): void {
    if (!this.#settle(attempt)) return;
    const { slots, clock, circuit } = this.#host;
    slots.fill(attempt.slot, connection);
    this.lastError = undefined;
    this.#isFatal = false;
    circuit.succeeded();
    this.#host.onConnect(attempt.slot, clock.now() - attempt.startedAt);
  }

  #fail(attempt: Attempt<C>, error: unknown): void {
    if (!this.#settle(attempt)) return;
    this.#host.slots.move(attempt.slot, slotStates.gone);
    this.#noteFailure(error);
  }

  /** Somebody found out in another way that connecting would fail: opens the circuit, if it is not open yet. */
  distrust(error: unknown): void {
    const { circuit } = this.#host;
    if (this.#isFatal || circuit.state !== "closed") return;
    circuit.trip();
    this.#holdBack(error);
  }

  #noteFailure(error: unknown): void {
    const { clock, circuit, factory } = this.#host;
    this.#isFatal = isTrue(() => factory.isFatal?.(error));
    // A refusal proves that the endpoint is there: it says nothing about the circuit.
    if (this.#isFatal) this.#fatalAt = clock.now();
    else circuit.failed();
    this.#holdBack(error);
  }

  /** Puts the next attempt off, and tells why. */
  #holdBack(error: unknown): void {
    const { clock, circuit, options } = this.#host;
    this.lastError = error;
    const attempt = Math.max(1, circuit.failures);
    const openMs = circuit.waitMs;
    const delayMs = this.#isFatal ? fatalCacheMs : openMs || backoffMs(options.backoff, attempt, options.random);
    this.#retryAt = clock.now() + delayMs;
    this.#host.onBackoff(attempt, delayMs);
    this.#host.onFailure(error, this.#isFatal);
  }

  #giveUp(attempt: Attempt<C>): void {
    if (this.#settle(attempt)) this.#host.closing.abandon(attempt.slot, attempt.connected!);
  }

  /** Ends an attempt, once. */
  #settle(attempt: Attempt<C>): boolean {
    this.#host.deadlines.remove(attempt);
    return this.#attempts.delete(attempt);
  }

  #arm(waitMs: number, ref: boolean): void {
    if (this.#timer !== undefined && this.#timerRef === ref) return;
    this.#disarm();
    this.#timerRef = ref;
    this.#timer = this.#host.clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#host.onRetry();
      },
      waitMs,
      ref,
    );
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#host.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

/** Calls the user's code; throwing counts as rejecting. */
function invoke<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return Promise.resolve(fn());
  } catch (error) {
    return Promise.reject(error);
  }
}

function isTrue(fn: () => boolean | undefined): boolean {
  try {
    return fn() === true;
  } catch {
    return false;
  }
}
