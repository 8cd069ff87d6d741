/**
 * Which commands are sent again after their connection was lost with the reply outstanding.
 *
 * @module
 */
import type { CommandCategory } from "../commands/category.ts";
import { commandCategory } from "../commands/lookup.ts";
import { type Call, MappedCall, type Reject, type ReplySource, type Resolve } from "../connection/call.ts";
import type { RedisError } from "../errors.ts";
import type { Argument, Encoder } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";

/**
 * How far the pool goes: only what reads; also what writes the same value again; everything but what nobody can judge;
 * or nothing. What was never sent is always sent, whatever the policy.
 */
export type RetryPolicy = "reads" | "lastWins" | "all" | false;

/** The policies. */
export const retryPolicies: readonly RetryPolicy[] = ["reads", "lastWins", "all", false];

/** The categories that may run twice under each policy. */
const repeatable: Record<Exclude<RetryPolicy, false>, readonly CommandCategory[]> = {
  reads: ["connection", "read"],
  lastWins: ["connection", "read", "writeChecked", "lastWins"],
  all: ["connection", "read", "writeChecked", "lastWins", "accumulating"],
};

/** A plain command, once it needs a call to count its attempts. */
const plainCall: Call = new MappedCall(undefined);

/** A command that was sent before, on a connection that is gone. */
export class ResentCall implements Call {
  /** How its reply is returned. */
  readonly mapping: Mapping | undefined;
  /** Whether it keeps its own deadline. */
  readonly hasDeadline: boolean;
  /** How often it was sent, this time included. */
  readonly attempts: number;
  readonly #call: Call;

  /** Sends `call` for the `attempts`th time. */
  constructor(call: Call, attempts: number) {
    this.mapping = call.mapping;
    this.hasDeadline = call.hasDeadline;
    this.attempts = attempts;
    this.#call = call;
  }

  /** What the caller said about sending it twice. */
  get idempotent(): boolean | undefined {
    return (this.#call as { idempotent?: boolean }).idempotent;
  }

  /** The same command once more. */
  again(): ResentCall {
    return new ResentCall(this.#call, this.attempts + 1);
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
    if (isError) (value as RedisError).attempts = this.attempts;
    return this.#call.reply(value, isError, args, resolve, reject, source);
  }

  /** Rejects the caller, unless he has gone. */
  fail(error: RedisError, reject: Reject): Call {
    error.attempts = this.attempts;
    return this.#call.fail(error, reject);
  }
}

/** Judges commands by the policy of a pool, and by what their callers said. */
export class RetryRule {
  readonly #policy: RetryPolicy;

  /** Judges by `policy`. */
  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** What takes the place of a lost command when it is sent again; `undefined` when it must not be. */
  resend(args: readonly Argument[], call: Call | undefined): Call | undefined {
    if (!this.#mayRunTwice(args, call)) return undefined;
    return call instanceof ResentCall ? call.again() : new ResentCall(call ?? plainCall, 2);
  }

  #mayRunTwice(args: readonly Argument[], call: Call | undefined): boolean {
    const { idempotent } = (call ?? {}) as { idempotent?: boolean };
    if (idempotent !== undefined) return idempotent;
    return this.#policy !== false && repeatable[this.#policy].includes(commandCategory(args));
  }
}
