/**
 * Several commands in one place of the ring: they leave together, nothing comes between them, and one promise settles
 * when the last reply is in.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import type { Call, Reject, ReplySource, Resolve } from "../connection/call.ts";
import { describe } from "../connection/command.ts";
import { BatchError, RedisError, ReplyError } from "../errors.ts";
import type { Outcomes } from "../observability/outcomes.ts";
import type { Argument, Encoder } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import { shaped } from "./calls.ts";
import { type CallContext, type CallOptions, CancellableCall } from "./cancellable_call.ts";

/** One command of a batch. */
export interface BatchCommand {
  /** Verb and arguments. */
  readonly args: readonly Argument[];
  /** How its RESP2 reply is reshaped. */
  readonly shape: Shape | undefined;
}

/** Commands that leave together and settle together. */
export class BatchCall extends CancellableCall implements Call {
  /** It has a reply for each command. */
  readonly isBatch = true;
  protected readonly title: string = "a batch";
  protected readonly command: undefined = undefined;
  readonly #commands: readonly BatchCommand[];
  readonly #results: unknown[] = [];
  /** Those of the results that are errors. */
  readonly #errors: RedisError[] = [];
  readonly #finish: (results: unknown[], source: ReplySource) => unknown;

  /**
   * Starts the clock and listens to the signal, which must not have fired. `finish` makes the value of the promise
   * from the replies, errors among them as values; what it throws rejects the promise.
   */
  constructor(
    context: CallContext,
    commands: readonly BatchCommand[],
    options: CallOptions,
    mapping: Mapping | undefined,
    finish: (results: unknown[], source: ReplySource) => unknown,
    resolve: Resolve,
    reject: Reject,
  ) {
    super(context, options, mapping, resolve, reject);
    this.#commands = commands;
    this.#finish = finish;
  }

  /** Appends all commands or, when one of them cannot be encoded, none. */
  encode(encoder: Encoder): boolean {
    if (this.isSettled) return false;
    // It may have been sent before, and answered in part.
    this.#results.length = this.#errors.length = 0;
    const before = encoder.length;
    try {
      for (const { args } of this.#commands) encoder.append(args);
    } catch (error) {
      encoder.rewind(before);
      throw error;
    }
    return this.sent = true;
  }

  /** Takes the next reply. */
  reply(
    value: unknown,
    isError: boolean,
    _args: readonly Argument[],
    _resolve: Resolve,
    _reject: Reject,
    source: ReplySource,
  ): boolean {
    const { args, shape } = this.#commands[this.#results.length]!;
    if (isError) {
      describe(value as RedisError, args, source.endpoint);
      this.#errors.push(value as RedisError);
    }
    this.#results.push(shape === undefined || isError ? value : shaped(value, shape, args, this.mapping, source));
    if (this.#results.length < this.#commands.length) return false;
    try {
      this.fulfil(this.#finish(this.#results, this.#sourceWithMapping(source)));
    } catch (error) {
      this.refuse(error);
    }
    return true;
  }

  #sourceWithMapping(source: ReplySource): ReplySource {
    const { protocol, endpoint } = source;
    return this.mapping === undefined ? source : { protocol, endpoint, mapping: this.mapping };
  }

  /** The command whose reply comes next. */
  get awaited(): readonly Argument[] | undefined {
    return this.#commands[this.#results.length]?.args;
  }

  /** Rejects the caller, unless he has gone. */
  fail(error: RedisError): Call {
    this.end(error);
    return this;
  }

  /** Before anything was sent there is one reason for all; afterwards each command has its own result. */
  protected override end(error: RedisError): void {
    this.refuse(this.sent ? this.#asBatchError(error) : error);
  }

  /** Each of its commands for itself: those that were answered, and the rest by what ended the batch. */
  protected override countIn(outcomes: Outcomes, error: unknown): void {
    const answered = this.#results.length;
    outcomes.ok += answered - this.#errors.length;
    for (const reply of this.#errors) outcomes.failed(reply);
    if (answered < this.#commands.length) outcomes.failed(error, this.#commands.length - answered);
  }

  #asBatchError(cause: RedisError): BatchError {
    const results = this.#results.slice();
    while (results.length < this.#commands.length) results.push(cause);
    const message =
      `a batch of ${results.length} commands ended after ${this.#results.length} replies: ${cause.message}`;
    const { code, endpoint, phase, sent, maybeExecuted, elapsedMs } = cause;
    return new BatchError(code, message, results, { endpoint, phase, sent, maybeExecuted, elapsedMs, cause });
  }
}

/** The replies, or a throw of the first error among them with all replies attached. */
export function repliesOrThrow(results: unknown[]): unknown[] {
  for (const result of results) {
    if (typeof result !== "object" || !(result instanceof RedisError)) continue;
    if (result instanceof ReplyError) result.replies = results;
    throw result;
  }
  return results;
}
