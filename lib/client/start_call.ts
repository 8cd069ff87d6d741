/**
 * Commands and batches with options, from their arguments to their place in a ring.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import { type Call, capture, captured, type Reject, type ReplySource, type Resolve } from "../connection/call.ts";
import { verbOf, weigh } from "../connection/command.ts";
import { ArgumentError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";
import { type Mapping, toMapping } from "../resp/mapping.ts";
import { BatchCall, type BatchCommand } from "./batch_call.ts";
import { OptionsCall } from "./calls.ts";
import { abortedBefore, type CallContext } from "./cancellable_call.ts";
import type { ViewOptions } from "./dispatcher.ts";

/** Where commands are queued: the shared lane, or the connection of a lease. */
export interface CallTarget {
  /** What calls need to know. */
  readonly context: CallContext;
  /** How replies are returned when the call does not say. */
  readonly mapping: Mapping;
  /** Queues a command. */
  push(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call,
    weight: number,
    count: number,
  ): void;
}

/** What stands for a batch where a command's arguments are expected. */
const batchArgs: readonly Argument[] = ["BATCH"];

/** Queues one command with options. `prepare` is given its call before anything can happen to it. */
export function startCall(
  target: CallTarget,
  args: readonly Argument[],
  shape: Shape | undefined,
  options: ViewOptions,
  prepare: (call: OptionsCall) => void = nothing,
): Promise<unknown> {
  const { signal, replies } = options;
  if (signal?.aborted) return Promise.reject(abortedBefore(verbOf(args), verbOf(args), signal));
  const promise = new Promise<unknown>(capture);
  const { resolve, reject } = captured;
  const mapping = replies && toMapping(replies, target.mapping);
  const call = new OptionsCall(target.context, args, options, mapping, shape, resolve, reject);
  prepare(call);
  target.push(args, resolve, reject, call, weigh(args), 1);
  return promise;
}

/** Queues commands that leave together. `finish` makes the promise's value from their replies, or throws. */
export function startBatch(
  target: CallTarget,
  commands: readonly BatchCommand[],
  options: ViewOptions,
  finish: (results: unknown[], source: ReplySource) => unknown,
  prepare: (call: BatchCall) => void = nothing,
): Promise<unknown> {
  const { signal, replies } = options;
  if (signal?.aborted) return Promise.reject(abortedBefore("a batch", undefined, signal));
  const promise = new Promise<unknown>(capture);
  const { resolve, reject } = captured;
  const mapping = replies && toMapping(replies, target.mapping);
  const call = new BatchCall(target.context, commands, options, mapping, finish, resolve, reject);
  prepare(call);
  let weight = 0;
  for (const { args } of commands) weight += weigh(args);
  target.push(batchArgs, resolve, reject, call, weight, commands.length);
  return promise;
}

function nothing(): void {}

/** What a caller is told who passed something else than a verb and its arguments. */
export function noArguments(): ArgumentError {
  return new ArgumentError("INVALID_ARG", "a command must be an array of its verb and its arguments");
}
