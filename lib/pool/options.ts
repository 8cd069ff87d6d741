/**
 * The pool's options, their defaults and their bounds.
 *
 * @module
 */
import type { BackoffOptions } from "../base/backoff.ts";
import type { CircuitOptions } from "../base/circuit_breaker.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { OptionReader } from "../base/option_checks.ts";
import type { PoolObserver } from "../observability/observer.ts";
import { Lease, type LeaseOwner } from "./lease.ts";
import type { Slot } from "./slot.ts";

/** What is known about an idle connection that is about to be leased. */
export interface IdleFacts {
  /** Milliseconds since its last proof of life. */
  readonly silentMs: number;
  /** Milliseconds since it was made. */
  readonly ageMs: number;
  /** How often it was leased. */
  readonly uses: number;
}

/** When the circuit opens, for how long, and what becomes of callers meanwhile. */
export interface PoolCircuitOptions extends CircuitOptions {
  /** `"wait"`: until their own deadline. `"reject"`: `CircuitOpenError` at once. */
  whenOpen: "wait" | "reject";
}

/** What can be set. All durations are milliseconds; 0 turns a limit off unless said otherwise. */
export interface TuningOptions {
  /** The most connections at any time, those being opened, reset or closed included. Default 10, at least 1. */
  maxSize?: number;
  /** How many are kept idle by a background task, refilled after every loss. Default 0. */
  minIdle?: number;
  /** How many callers may wait; beyond it acquire rejects at once. Default 10 000. */
  maxWaiters?: number;
  /** How many connections are opened at a time, warming and refilling included. Default 4. */
  maxConcurrentConnects?: number;
  /** `"lifo"` leases the one used last, so that the others age out; `"fifo"` spreads the use. Default `"lifo"`. */
  idleOrder?: "lifo" | "fifo";
  /** How long an acquire may take: wait, connect and check together. Default 5000. */
  acquireTimeoutMs?: number;
  /** How long one attempt to connect may take; a caller who gives up does not end it. Default 5000. */
  connectTimeoutMs?: number;
  /** How long a proof of life counts; younger ones are leased without a check. 0 checks each time. Default 1000. */
  healthCacheTtlMs?: number;
  /**
   * Whether an idle connection is checked before it is leased. `"auto"`: past `healthCacheTtlMs`. A function is asked
   * each time and returns whether to check. Default `"auto"`.
   */
  validate?: "auto" | "always" | "never" | ((facts: IdleFacts) => boolean);
  /** How long a check or a reset may take. Default 1000. */
  validateTimeoutMs?: number;
  /** Idle connections that were silent this long are checked, up to a tenth earlier at random. Default 5000. */
  keepaliveMs?: number;
  /** Idle connections beyond `minIdle` are closed after this time. Default 300 000. */
  idleTimeoutMs?: number;
  /** Connections are replaced at this age. Default 1 800 000. */
  maxLifetimeMs?: number;
  /** By how much of `maxLifetimeMs` a connection's own limit is shorter at most, drawn at birth. Default 0.25. */
  maxLifetimeJitter?: number;
  /** Connections are closed after so many leases. Default 0. */
  maxUses?: number;
  /** The wait between attempts to connect that failed. Default `{ baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" }`. */
  backoff?: Partial<BackoffOptions>;
  /** Default `{ failures: 3, openMs: 250, maxOpenMs: 1000, whenOpen: "wait" }`. */
  circuitBreaker?: Partial<PoolCircuitOptions>;
  /** Leases held longer are reported with the place they were acquired at. Costs time on each acquire. Default 0. */
  leakDetectionMs?: number;
  /** Whether such a lease is taken back. Default `false`. */
  reclaimLeaked?: boolean;
  /** `"request"`: no background timers; what is overdue is noticed at the next call. Default `"process"`. */
  lifecycle?: "process" | "request";
  /** Hears of events. */
  observer?: PoolObserver;
}

/** The options of a pool: what can be tuned, and what its maker brings along. */
export interface PoolOptions<C, L extends Lease<C> = Lease<C>> extends TuningOptions {
  /** Time. Default: the runtime's. */
  clock?: Clock;
  /** The class of leases, for leases that can do more. */
  lease?: new (owner: LeaseOwner<C>, slot: Slot<C>) => L;
  /** Uniform in [0, 1). Default `Math.random`. */
  random?: () => number;
  /** Called when someone has to wait because every slot is taken: whoever shares a connection may give it up. */
  onWaiter?: () => void;
  /** Called when a reserved connection should be given back: it is too old or was declared unfit. */
  onRetire?: (connection: C, reason: string) => void;
  /** Called when a reserved connection was silent for `keepaliveMs`: whoever shares it may ask for a sign of life. */
  onSilent?: (connection: C) => void;
}

/** Options that are called, and left out when nobody listens. */
type Listeners = "observer" | "onWaiter" | "onRetire" | "onSilent";

/** The options with every default filled in. */
export interface ResolvedOptions<C, L extends Lease<C>>
  extends Required<Omit<PoolOptions<C, L>, "backoff" | "circuitBreaker" | Listeners>> {
  /** See `PoolOptions`. */
  backoff: BackoffOptions;
  /** See `PoolOptions`. */
  circuitBreaker: PoolCircuitOptions;
  /** See `PoolOptions`. */
  observer: PoolObserver | undefined;
  /** See `PoolOptions`. */
  onWaiter: (() => void) | undefined;
  /** See `PoolOptions`. */
  onRetire: ((connection: C, reason: string) => void) | undefined;
  /** See `PoolOptions`. */
  onSilent: ((connection: C) => void) | undefined;
}

/** The limits that can be changed while the pool runs. */
export interface Limits {
  /** See `PoolOptions`. */
  maxSize: number;
  /** See `PoolOptions`. */
  minIdle: number;
}

const limitNames: readonly string[] = ["maxSize", "minIdle"];

const groups = {
  backoff: ["baseMs", "maxMs", "factor", "jitter"],
  circuitBreaker: ["failures", "openMs", "maxOpenMs", "whenOpen"],
} as const;

/** Every option's name. */
export const poolOptionNames: readonly string[] = [
  ...["maxSize", "minIdle", "maxWaiters", "maxConcurrentConnects", "idleOrder", "acquireTimeoutMs"],
  ...["connectTimeoutMs", "healthCacheTtlMs", "validate", "validateTimeoutMs", "keepaliveMs", "idleTimeoutMs"],
  ...["maxLifetimeMs", "maxLifetimeJitter", "maxUses", "backoff", "circuitBreaker", "leakDetectionMs"],
  ...["reclaimLeaked", "lifecycle", "clock", "observer", "lease", "random", "onWaiter", "onRetire", "onSilent"],
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {ArgumentError} INVALID_OPTION when one is unknown or out of range.
 */
export function resolveOptions<C, L extends Lease<C>>(options: PoolOptions<C, L> = {}): ResolvedOptions<C, L> {
  const read = new OptionReader(options, poolOptionNames);
  return {
    ...readLimits(read),
    maxWaiters: read.int("maxWaiters", 10_000),
    maxConcurrentConnects: read.int("maxConcurrentConnects", 4),
    idleOrder: read.oneOf("idleOrder", "lifo", ["lifo", "fifo"]),
    acquireTimeoutMs: read.ms("acquireTimeoutMs", 5000),
    connectTimeoutMs: read.ms("connectTimeoutMs", 5000),
    healthCacheTtlMs: read.ms("healthCacheTtlMs", 1000),
    validate: typeof read.value("validate") === "function"
      ? options.validate!
      : read.oneOf("validate", "auto", ["auto", "always", "never"]),
    validateTimeoutMs: read.ms("validateTimeoutMs", 1000),
    keepaliveMs: read.ms("keepaliveMs", 5000),
    idleTimeoutMs: read.ms("idleTimeoutMs", 300_000),
    maxLifetimeMs: read.ms("maxLifetimeMs", 1_800_000),
    maxLifetimeJitter: read.number("maxLifetimeJitter", 0.25, { max: 1 }),
    maxUses: read.int("maxUses", 0),
    backoff: readBackoff(read.nested("backoff", groups.backoff)),
    circuitBreaker: readCircuit(read.nested("circuitBreaker", groups.circuitBreaker)),
    leakDetectionMs: read.ms("leakDetectionMs", 0),
    reclaimLeaked: read.bool("reclaimLeaked", false),
    lifecycle: read.oneOf("lifecycle", "process", ["process", "request"]),
    clock: readObject<Clock>(read, "clock", ["now", "setTimer", "clearTimer"]) ?? systemClock,
    observer: readObject<PoolObserver>(read, "observer"),
    lease: read.fn("lease") ?? Lease as new (owner: LeaseOwner<C>, slot: Slot<C>) => L,
    random: read.fn("random") ?? Math.random,
    onWaiter: read.fn("onWaiter"),
    onRetire: read.fn("onRetire"),
    onSilent: read.fn("onSilent"),
  };
}

/**
 * Checks new limits of a pool; one that is left out or `undefined` stays as it is.
 *
 * @throws {ArgumentError} INVALID_OPTION when one is unknown or out of range.
 */
export function resolveLimits(limits: { readonly [N in keyof Limits]?: Limits[N] | undefined }, now: Limits): Limits {
  const given = new OptionReader(limits, limitNames);
  const valueOf = (name: keyof Limits) => given.value(name) === undefined ? now[name] : given.value(name);
  return readLimits(new OptionReader({ maxSize: valueOf("maxSize"), minIdle: valueOf("minIdle") }, limitNames));
}

function readLimits(read: OptionReader): Limits {
  const maxSize = read.int("maxSize", 10, { min: 1 });
  return { maxSize, minIdle: read.int("minIdle", 0, { max: maxSize }) };
}

/** An object that has certain methods; it may have others. */
function readObject<T extends object>(
  read: OptionReader,
  name: string,
  methods: readonly (string & keyof T)[] = [],
): T | undefined {
  const value = read.value(name) as T | null | undefined;
  if (value === undefined) return undefined;
  const fits = typeof value === "object" && value !== null &&
    methods.every((method) => typeof value[method] === "function");
  if (!fits) throw read.refusal(name, ["an object", methods.join(", ")].filter(Boolean).join(" with "));
  return value;
}

function readBackoff(read: OptionReader): BackoffOptions {
  return {
    baseMs: read.ms("baseMs", 20),
    maxMs: read.ms("maxMs", 1000),
    factor: read.number("factor", 2, { min: 1 }),
    jitter: read.oneOf("jitter", "full", ["full", "none"]),
  };
}

function readCircuit(read: OptionReader): PoolCircuitOptions {
  return {
    failures: read.int("failures", 3),
    openMs: read.ms("openMs", 250),
    maxOpenMs: read.ms("maxOpenMs", 1000),
    whenOpen: read.oneOf("whenOpen", "wait", ["wait", "reject"]),
  };
}
