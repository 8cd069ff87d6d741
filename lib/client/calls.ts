/**
 * Commands that carry something of their own: a reply to be reshaped, or the options of one call.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import { type Call, MappedCall, type Reject, type ReplySource, type Resolve } from "../connection/call.ts";
import { verbOf } from "../connection/command.ts";
import type { RedisError } from "../errors.ts";
import type { Outcomes } from "../observability/outcomes.ts";
import type { Argument, Encoder } from "../resp/encoder.ts";
import type { Mapping } from "../resp/mapping.ts";
import { type CallContext, type CallOptions, CancellableCall } from "./cancellable_call.ts";

/** A reply in the shape it has under RESP3, whatever the session speaks. */
export function shaped(
  reply: unknown,
  shape: Shape | undefined,
  args: readonly Argument[],
  mapping: Mapping | undefined,
  source: ReplySource,
): unknown {
  return shape === undefined || source.protocol === 3 ? reply : shape(reply, args, mapping ?? source.mapping);
}

/** A command without options whose reply has another shape under RESP2. One serves every call of its command. */
export class ShapedCall extends MappedCall {
  readonly #shape: Shape;

  /** Reshapes with `shape`. */
  constructor(shape: Shape) {
    super(undefined);
    this.#shape = shape;
  }

  protected override shaped(value: unknown, args: readonly Argument[], source: ReplySource): unknown {
    return shaped(value, this.#shape, args, undefined, source);
  }
}

/** A command with a signal, a deadline or a mapping of its own. */
export class OptionsCall extends CancellableCall implements Call {
  protected readonly title: string;
  protected readonly command: string;
  /** Called with the reply, whether or not its caller is still there. */
  onReply: ((reply: unknown) => void) | undefined;
  readonly #shape: Shape | undefined;

  /** Starts the clock and listens to the signal, which must not have fired. */
  constructor(
    context: CallContext,
    args: readonly Argument[],
    options: CallOptions,
    mapping: Mapping | undefined,
    shape: Shape | undefined,
    resolve: Resolve,
    reject: Reject,
  ) {
    super(context, options, mapping, resolve, reject);
    this.title = this.command = verbOf(args);
    this.#shape = shape;
  }

  /** Appends the command, unless its caller has gone. */
  encode(encoder: Encoder, args: readonly Argument[]): boolean {
    if (this.isSettled) return false;
    encoder.append(args);
    return this.sent = true;
  }

  /** Settles the caller, unless he has gone. */
  reply(
    value: unknown,
    isError: boolean,
    args: readonly Argument[],
    _resolve: Resolve,
    _reject: Reject,
    source: ReplySource,
  ): boolean {
    this.onReply?.(value);
    if (isError) this.refuse(value);
    else this.fulfil(shaped(value, this.#shape, args, this.mapping, source));
    return true;
  }

  /** Rejects the caller, unless he has gone. */
  fail(error: RedisError): Call {
    this.refuse(error);
    return this;
  }

  protected override end(error: RedisError): void {
    this.refuse(error);
  }

  protected override countIn(outcomes: Outcomes, error: unknown): void {
    if (error === undefined) outcomes.ok++;
    else outcomes.failed(error);
  }
}
