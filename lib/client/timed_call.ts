/**
 * A command without options whose time is taken.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Histogram } from "../base/histogram.ts";
import { type Call, MappedCall, type Reject, type ReplySource, type Resolve } from "../connection/call.ts";
import type { RedisError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";

/** Takes the time from now until the command has ended, one way or another. */
export class TimedCall extends MappedCall {
  readonly #call: Call | undefined;
  readonly #clock: Clock;
  readonly #histogram: Histogram;
  readonly #startedAt: number;

  /** Starts the clock; `call` is what the command carries besides. */
  constructor(call: Call | undefined, clock: Clock, histogram: Histogram) {
    super(call?.mapping);
    this.#call = call;
    this.#clock = clock;
    this.#histogram = histogram;
    this.#startedAt = clock.now();
  }

  /** Settles the caller. */
  override reply(
    value: unknown,
    isError: boolean,
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    source: ReplySource,
  ): boolean {
    this.#stop();
    return this.#call === undefined
      ? super.reply(value, isError, args, resolve, reject, source)
      : this.#call.reply(value, isError, args, resolve, reject, source);
  }

  /** Rejects the caller; the late reply is dropped. */
  override fail(error: RedisError, reject: Reject): Call {
    this.#stop();
    return super.fail(error, reject);
  }

  #stop(): void {
    this.#histogram.record(this.#clock.now() - this.#startedAt);
  }
}
