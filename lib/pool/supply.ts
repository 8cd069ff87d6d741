/**
 * How connections come into being: for those who wait, to keep some idle, to warm the pool, and in the place of those
 * that grow too old.
 *
 * @module
 */
import { CircuitBreaker } from "../base/circuit_breaker.ts";
import type { Clock } from "../base/clock.ts";
import type { Deadlines } from "../base/deadlines.ts";
import { CircuitOpenError } from "../errors.ts";
import type { Closing } from "./closing.ts";
import { Connects } from "./connects.ts";
import { missing } from "./demand.ts";
import type { Events } from "./events.ts";
import type { Factory } from "./factory.ts";
import type { Lease } from "./lease.ts";
import type { ResolvedOptions } from "./options.ts";
import { type Slot, slotStates } from "./slot.ts";
import type { Slots } from "./slots.ts";
import { Stillborn } from "./stillborn.ts";
import type { WaitingLine } from "./waiting_line.ts";
import { WarmUps } from "./warm_ups.ts";

/** What `Supply` works with and whom it tells. */
export interface SupplyHost<C, L extends Lease<C>> {
  /** The pool's options. */
  readonly options: ResolvedOptions<C, L>;
  /** Makes the connections. */
  readonly factory: Factory<C>;
  /** Time. */
  readonly clock: Clock;
  /** Where the ends of attempts are noted. */
  readonly deadlines: Deadlines;
  /** All slots. */
  readonly slots: Slots<C>;
  /** Those who wait. */
  readonly line: WaitingLine<C>;
  /** Ends connections. */
  readonly closing: Closing<C>;
  /** Counts and tells. */
  readonly events: Events;
  /** Whether connections are to be made now. */
  isRunning(): boolean;
  /** Serves those who wait from what is idle. */
  serve(): void;
  /** A connection was made; its slot is still `connecting`. */
  onArrival(slot: Slot<C>): void;
}

/** Has connections made. */
export class Supply<C, L extends Lease<C>> {
  /** Makes them. */
  readonly connects: Connects<C>;
  /** Whether that is tried. */
  readonly circuit: CircuitBreaker;
  readonly #host: SupplyHost<C, L>;
  readonly #warmUps = new WarmUps();
  readonly #stillborn: Stillborn<C>;

  /** Makes the supply; nothing is opened yet. */
  constructor(host: SupplyHost<C, L>) {
    const { options, clock, events } = host;
    this.#host = host;
    this.#stillborn = new Stillborn(host.slots);
    this.circuit = new CircuitBreaker(
      options.circuitBreaker,
      clock,
      options.random,
      (state) => events.circuit(state),
    );
    this.connects = new Connects({
      ...host,
      circuit: this.circuit,
      onConnect: (slot, elapsedMs) => this.#arrive(slot, elapsedMs),
      onFailure: (error, fatal) => this.#fail(error, fatal),
      onBackoff: (attempt, delayMs) => events.backedOff(attempt, delayMs),
      onRetry: () => this.fill(),
    });
  }

  /** Serves whoever can be served and opens what is missing. Called whenever either may have changed. */
  fill(): void {
    const { options, slots, line } = this.#host;
    if (!this.#host.isRunning()) return;
    this.#host.serve();
    const warm = this.#warmUps.target;
    const wanted = missing({
      waiting: line.size,
      connecting: slots.count(slotStates.connecting),
      validating: slots.count(slotStates.validating),
      idle: slots.idle.size - slots.retiring,
      open: slots.open,
      // What was refused for good is tried again for a caller only.
      minIdle: this.connects.isFatal ? 0 : options.minIdle,
      warm,
    });
    this.connects.want(wanted, line.size + warm > 0);
  }

  /** Opens connections until there are `count`. */
  warm(count: number): Promise<void> {
    const target = Math.min(count, this.#host.slots.maxSize);
    if (this.#host.slots.open >= target) return Promise.resolve();
    if (this.connects.failsForSure) return Promise.reject(this.connects.lastError);
    const warmed = this.#warmUps.add(target);
    this.fill();
    return warmed;
  }

  /** The pool's size has changed: nobody waits for more connections than there may be. */
  limitWarming(): void {
    this.#warmUps.limit(this.#host.slots.maxSize);
    this.#warmUps.reached(this.#host.slots.open);
  }

  /** Why there is no use in waiting for a connection, if there is none; `shared`: the shared lane waits. */
  refusal(shared: boolean): unknown {
    if (this.connects.failsForSure) return this.connects.lastError;
    return !shared && this.#turnsAway() ? this.#circuitError() : undefined;
  }

  /** Notes that a connection which is being made is unfit. */
  refuse(connection: C, reason: string): void {
    this.#stillborn.add(connection, reason);
  }

  /** Has an idle connection that is too old replaced before it is closed, if it is needed and there is room for both. */
  replace(slot: Slot<C>, reason: string): void {
    const { slots, options, closing } = this.#host;
    const isNeeded = slots.idle.size - slots.retiring <= options.minIdle;
    if (!isNeeded || slots.room <= 0) return closing.close(slot, reason);
    slots.retire(slot, reason);
    this.fill();
  }

  /** A connection became idle: closes what it replaces. */
  retire(): void {
    const { slots, options, closing } = this.#host;
    for (const slot of slots.idle) {
      if (slots.idle.size - slots.retiring < options.minIdle) return;
      if (slot.doomed !== undefined) closing.close(slot, slot.doomed);
    }
  }

  /** Stops for good. */
  stop(error: unknown): void {
    this.#warmUps.fail(error);
    this.connects.stop(error);
  }

  #arrive(slot: Slot<C>, elapsedMs: number): void {
    const { slots, events } = this.#host;
    this.#begin(slot);
    slot.doomed ??= this.#stillborn.reasonFor(slot);
    this.#stillborn.forget(slot);
    events.connected(elapsedMs, slots.open === 0);
    // Whoever observes it may have ended the pool.
    if (slot.state === slotStates.connecting) this.#host.onArrival(slot);
    this.#warmUps.reached(slots.open);
    this.fill();
  }

  /** Notes the birth of a connection and draws its limits. */
  #begin(slot: Slot<C>): void {
    const { clock, options: { maxLifetimeMs, maxLifetimeJitter, random } } = this.#host;
    slot.bornAt = slot.aliveAt = slot.idleSince = clock.now();
    slot.patience = 1 - random() / 10;
    if (maxLifetimeMs > 0) slot.expiresAt = slot.bornAt + maxLifetimeMs * (1 - maxLifetimeJitter * random());
  }

  #fail(error: unknown, fatal: boolean): void {
    const { line, events } = this.#host;
    this.#stillborn.forget();
    events.connectFailed(error);
    this.#warmUps.fail(error);
    if (fatal) line.failAll(error);
    else if (this.#turnsAway()) line.failAll(this.#circuitError(), true);
    this.fill();
  }

  /** Whether the circuit turns callers away: it is open, and not due for the probe that a caller may cause. */
  #turnsAway(): boolean {
    const { state, waitMs } = this.circuit;
    const { options, slots } = this.#host;
    // A probe that was refused for good says nothing about the circuit: the next one may be caused after a while.
    return options.circuitBreaker.whenOpen === "reject" &&
      (state === "half_open" ? slots.count(slotStates.connecting) > 0 : waitMs > 0);
  }

  #circuitError(): CircuitOpenError {
    return new CircuitOpenError(this.circuit.waitMs, { phase: "acquire", cause: this.connects.lastError });
  }
}
