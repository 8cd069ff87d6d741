/**
 * The health cache: when a connection may be leased without asking whether it lives.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Factory } from "./factory.ts";
import type { IdleFacts } from "./options.ts";
import type { Slot } from "./slot.ts";

/** The options that decide. */
export interface HealthOptions {
  /** How long a proof of life counts. */
  readonly healthCacheTtlMs: number;
  /** Whether and when to check. */
  readonly validate: "auto" | "always" | "never" | ((facts: IdleFacts) => boolean);
  /** How long an idle connection may be silent; 0: for ever. */
  readonly keepaliveMs: number;
  /** `"request"`: no marks are made in the background. */
  readonly lifecycle: "process" | "request";
}

/** Knows which connections need a check. */
export class Health<C> {
  /** Whether `Slot.stale` alone decides, so that a lease needs no look at the clock. */
  readonly byMark: boolean;
  /** Whether proofs of life age. */
  readonly ages: boolean;
  readonly #clock: Clock;
  readonly #factory: Factory<C>;
  readonly #options: HealthOptions;
  readonly #saysItself: boolean;
  readonly #keepaliveMs: number;

  /** Makes the cache; it keeps nothing but what is noted on the slots. */
  constructor(options: HealthOptions, factory: Factory<C>, clock: Clock) {
    this.#options = options;
    this.#factory = factory;
    this.#clock = clock;
    const { validate, healthCacheTtlMs } = options;
    this.#saysItself = factory.lastAliveMs !== undefined;
    const never = validate === "never" || factory.validate === undefined;
    this.ages = !never && validate === "auto" && healthCacheTtlMs > 0 && options.lifecycle === "process";
    this.byMark = (never || this.ages) && options.lifecycle === "process";
    this.#keepaliveMs = factory.validate === undefined ? 0 : options.keepaliveMs;
  }

  /** Its last proof of life. */
  aliveAt(slot: Slot<C>): number {
    const said = this.#factory.lastAliveMs?.(slot.connection as C);
    return said === undefined || said < slot.aliveAt ? slot.aliveAt : said;
  }

  /** Whether a connection must be checked before it is leased; looks at the clock. */
  needsCheck(slot: Slot<C>): boolean {
    if (this.byMark && !slot.stale) return false;
    const { validate, healthCacheTtlMs } = this.#options;
    if (validate === "never" || this.#factory.validate === undefined) return false;
    if (validate === "always") return true;
    const now = this.#clock.now();
    const silentMs = now - this.aliveAt(slot);
    if (validate !== "auto") return asks(validate, { silentMs, ageMs: now - slot.bornAt, uses: slot.uses });
    slot.stale = silentMs >= healthCacheTtlMs;
    return slot.stale;
  }

  /** Notes a proof of life. */
  prove(slot: Slot<C>): void {
    slot.stale = false;
    slot.aliveAt = this.#clock.now();
  }

  /** Notes that a connection was in use until `now`, which proves its life unless it keeps account of that itself. */
  used(slot: Slot<C>, now: number): void {
    if (!this.#saysItself) slot.aliveAt = now;
  }

  /** A marked connection comes back from its user: is it still to be checked? */
  returned(slot: Slot<C>): void {
    if (!this.#saysItself) slot.stale = false;
    else this.needsCheck(slot);
  }

  /** Marks a connection whose proof of life is too old; returns when it will be. */
  age(slot: Slot<C>, now: number): number {
    const at = this.aliveAt(slot) + this.#options.healthCacheTtlMs;
    slot.stale = at <= now;
    return slot.stale ? Infinity : at;
  }

  /** When an idle connection will have been silent for too long. */
  silentAt(slot: Slot<C>): number {
    return this.#keepaliveMs > 0 ? this.aliveAt(slot) + this.#keepaliveMs * slot.patience : Infinity;
  }
}

/** Asks the user's function; one that throws is taken for a yes. */
function asks(validate: (facts: IdleFacts) => boolean, facts: IdleFacts): boolean {
  try {
    return validate(facts);
  } catch {
    return true;
  }
}
