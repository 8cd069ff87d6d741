/**
 * Which commands are sent again: after their connection was lost with the reply outstanding, or when the server refused
 * them for the moment.
 *
 * @module
 */
import type { CommandCategory } from "../commands/category.ts";
import { commandCategory } from "../commands/lookup.ts";
import type { Clock } from "../base/clock.ts";
import { type Call, MappedCall, type Reject, type ReplySource, type Resolve } from "../connection/call.ts";
import { verbOf } from "../connection/command.ts";
import { transient } from "../connection/handshake.ts";
import { ConnectionLostError, type RedisError, TimeoutError } from "../errors.ts";
import type { Argument, Encoder } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import { CancellableCall } from "./cancellable_call.ts";

/**
 * How far the pool goes: only what reads; also what writes the same value again; everything but what nobody can judge;
 * or nothing. What was never sent is always sent, whatever the policy.
 */
export type RetryPolicy = "reads" | "lastWins" | "all" | false;

/** The policies. */
export const retryPolicies: readonly RetryPolicy[] = ["reads", "lastWins", "all", false];

/** The categories that may ever run twice, the most harmless first. */
const harmless: readonly CommandCategory[] = ["connection", "read", "writeChecked", "lastWins", "accumulating"];
/** How many of them, from the first on, may under each policy. */
const repeatable = { reads: 2, lastWins: 4, all: 5 };

/** A plain command, once it needs a call to count its attempts. */
const plainCall: Call = new MappedCall(undefined);

/** A command that was sent before: it was refused for the moment, or its reply was lost. */
export class ResentCall implements Call {
  /** How its reply is returned. */
  readonly mapping: Mapping | undefined;
  /** Whether it keeps its own deadline. */
  readonly hasDeadline: boolean;
  /** Whether it has several replies. */
  readonly isBatch: boolean | undefined;
  /** How often it was sent, the next time included. */
  readonly attempts: number;
  /** The error with which the server refused it last, if it did. */
  readonly refusal: RedisError | undefined;
  readonly #call: Call;
  /** The verb, once the reply of an attempt was lost: it may have run, whatever becomes of later ones. */
  readonly #lost: string | undefined;

  /** Sends `call` for the `attempts`th time. `lost` is its verb when the reply of any earlier attempt was lost. */
  constructor(call: Call, attempts: number, refusal?: RedisError, lost?: string) {
    this.mapping = call.mapping;
    this.hasDeadline = call.hasDeadline;
    this.isBatch = call.isBatch;
    this.attempts = attempts;
    this.refusal = refusal;
    this.#call = call;
    this.#lost = lost;
    if (refusal !== undefined) refusal.attempts = attempts - 1;
    if (call instanceof CancellableCall) call.waitAgain(lost !== undefined, refusal);
  }

  /** What the caller said about sending it twice. */
  get idempotent(): boolean | undefined {
    return (this.#call as { idempotent?: boolean }).idempotent;
  }

  /** Whether its caller was settled. */
  get isSettled(): boolean {
    return this.#call.isSettled === true;
  }

  /** The same command once more. */
  again(refusal?: RedisError, lost: string | undefined = this.#lost): ResentCall {
    return new ResentCall(this.#call, this.attempts + 1, refusal, lost);
  }

  /** Appends the command, unless its caller has gone. */
  encode(encoder: Encoder, args: readonly Argument[]): boolean {
    return this.#call.encode(encoder, args);
  }

  /** Settles the caller, unless he has gone. */
  reply(
    value: unknown,
    isError: boolean,
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    source: ReplySource,
  ): boolean {
    if (isError) this.#mark(value as RedisError, this.attempts);
    return this.#call.reply(value, isError, args, resolve, reject, source);
  }

  /** Rejects the caller, unless he has gone. */
  fail(error: RedisError, reject: Reject): Call {
    // What the server said says more than that time is up, unless the command is on its way again.
    const reason = error instanceof TimeoutError && !error.sent ? this.refusal ?? error : error;
    const attempts = this.attempts - (reason.sent && reason === error ? 0 : 1);
    return this.#call.fail(this.#mark(this.#own(reason), attempts), reject);
  }

  /** Says how often it was sent, and that it may have run when an earlier attempt may have. */
  #mark(error: RedisError, attempts: number): RedisError {
    error.attempts = attempts;
    if (this.#lost !== undefined) error.sent = error.maybeExecuted = true;
    return error;
  }

  /** What is told to all callers alike, such as refused credentials, would be untrue of this one. */
  #own(error: RedisError): RedisError {
    const isOwn = error === this.refusal || error.command !== undefined && error.phase !== "handshake";
    if (isOwn || this.#lost === undefined) return error;
    const message = `${this.#lost} lost its reply, and cannot be sent again: ${error.message}`;
    const { endpoint } = error;
    return new ConnectionLostError("CONN_CLOSED", message, {
      command: this.#lost,
      endpoint,
      phase: "reply",
      cause: error,
    });
  }
}

/** Refusals that say: not run, and not now. */
const momentary = new Set([...transient, "READONLY", "NOAUTH"]);
/** The few of them that a script can only get before it has run. */
const beforeScripts = new Set(["LOADING", "BUSY", "NOAUTH"]);
/** Those that a new connection cures, or nothing does. */
const curable = new Set(["READONLY", "NOAUTH"]);
const scripts = /^(?:EVAL|EVALSHA|FCALL)(?:_RO)?$/;

/** How many re-sends may be saved up, and how many come back per second and per call. */
const budget = { most: 100, perSecond: 10, perCall: 0.1 };

/** Judges commands by the policy of a pool, and by what their callers said. */
export class RetryRule {
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  readonly #accepted: () => number;
  #tokens = budget.most;
  #countedAt: number;
  #countedCalls = 0;

  /** Judges by `policy`; `accepted` tells how many commands there were, for the budget. */
  constructor(policy: RetryPolicy, clock: Clock, accepted: () => number) {
    this.#policy = policy;
    this.#clock = clock;
    this.#accepted = accepted;
    this.#countedAt = clock.now();
  }

  /** What takes the place of a lost command when it is sent again; `undefined` when it must not be. */
  afterLoss(args: readonly Argument[], call: Call | undefined): ResentCall | undefined {
    if (!this.#mayRunTwice(args, call)) return undefined;
    if (!(call instanceof ResentCall)) return new ResentCall(call ?? plainCall, 2, undefined, verbOf(args));
    return this.#takeToken() ? call.again(undefined, verbOf(args)) : undefined;
  }

  /** What takes the place of a refused command when it is sent again; `undefined` when its caller gets the error. */
  afterRefusal(args: readonly Argument[], call: Call | undefined, error: RedisError): ResentCall | undefined {
    if (this.#policy === false || call?.isSettled || call?.isBatch) return undefined;
    const isScript = scripts.test(verbOf(args));
    if (!(isScript ? beforeScripts : momentary).has(error.code)) return undefined;
    if (!(call instanceof ResentCall)) return new ResentCall(call ?? plainCall, 2, error);
    // A primary that is read-only even after a new dial is no accident of a failover.
    const isIncurable = curable.has(error.code) && call.refusal?.code === error.code;
    return isIncurable ? undefined : call.again(error);
  }

  #mayRunTwice(args: readonly Argument[], call: Call | undefined): boolean {
    const { idempotent } = (call ?? {}) as { idempotent?: boolean };
    if (idempotent !== undefined) return idempotent;
    return this.#policy !== false && harmless.slice(0, repeatable[this.#policy]).includes(commandCategory(args));
  }

  /** Whether the budget allows one more re-send: an outage must not multiply the load. */
  #takeToken(): boolean {
    const now = this.#clock.now();
    const calls = this.#accepted();
    const earned = (now - this.#countedAt) / 1000 * budget.perSecond + (calls - this.#countedCalls) * budget.perCall;
    this.#tokens = Math.min(budget.most, this.#tokens + earned);
    this.#countedAt = now;
    this.#countedCalls = calls;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
