/**
 * Explicit pipelines and transactions: commands are collected, leave in one write, and settle one promise.
 *
 * @module
 */
import { given } from "../resp/given.ts";
import { type Commands, commandSpecs } from "../commands/commands.ts";
import { defineCommands } from "../commands/define.ts";
import type { Shape } from "../commands/spec.ts";
import type { Surface } from "../commands/surface.ts";
import type { ReplyError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";
import { type BatchCommand, repliesOrThrow } from "./batch_call.ts";
import { callProblem } from "./call_options.ts";
import type { CallOptions } from "./cancellable_call.ts";
import type { Dispatcher, ViewOptions } from "./dispatcher.ts";
import { asTransactionError, finishTransaction, inTransaction } from "./transaction.ts";

/** The surface whose methods add a command and return the pipeline with its reply's type added. */
export interface Piped<R extends unknown[], Text = string> extends Surface {
  /** What strings in replies are. */
  text: Text;
  /** The same pipeline, one reply longer. */
  returns: Pipeline<[...R, this["reply"]], Text>;
}

/** The surface of a transaction. */
export interface Queued<R extends unknown[], Null, Text = string> extends Surface {
  /** What strings in replies are. */
  text: Text;
  /** The same transaction, one reply longer. */
  returns: Transaction<[...R, this["reply"]], Null, Text>;
}

/** Replies in which errors are values. */
export type Settled<R extends unknown[]> = { [K in keyof R]: R[K] | ReplyError };

/**
 * Commands that leave together. They run in order but not atomically: other callers' commands may come between them
 * on the server, and one that fails does not stop the others.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 *
 * const pool = createPool();
 * const [set, count] = await pool.pipeline().set("a", 1).incr("n").exec();
 * await pool.close();
 * ```
 */
export interface Pipeline<R extends unknown[] = [], Text = string> extends Commands<Piped<R, Text>> {
  /** How many commands were added. */
  readonly length: number;
  /** Adds any command. */
  send(args: readonly Argument[]): Pipeline<[...R, unknown], Text>;
  /**
   * Sends the commands and returns their replies in order. Afterwards the pipeline is empty again.
   *
   * @throws {ReplyError} The first error reply, with every reply attached as `replies`.
   * @throws {BatchError} The connection was lost, or time was up, after a part was sent; `results` tells about each.
   * @throws {TimeoutError} COMMAND_TIMEOUT before anything was sent.
   * @throws {AbortError} ABORTED before anything was sent.
   * @throws {ArgumentError} INVALID_ARG, EMPTY_COMMAND, COMMAND_TOO_LARGE or STATEFUL_COMMAND; nothing was sent.
   * @throws {BackpressureError} QUEUE_FULL or QUEUE_BYTES; nothing was sent.
   */
  exec(options?: CallOptions): Promise<R>;
  /** Like `exec`, but an error reply is a value in its place and does not reject. */
  settled(options?: CallOptions): Promise<Settled<R>>;
}

/**
 * Commands that run as one: nothing comes between them on the server, and all or none of them run.
 *
 * `Null` is `null` on a lease, where a watched key may have changed, and `never` on the pool, where nothing is watched.
 */
export interface Transaction<R extends unknown[] = [], Null = never, Text = string>
  extends Commands<Queued<R, Null, Text>> {
  /** How many commands were added. */
  readonly length: number;
  /** Adds any command. */
  send(args: readonly Argument[]): Transaction<[...R, unknown], Null, Text>;
  /**
   * Runs the commands and returns their replies in order; `null` when a watched key has changed.
   *
   * @throws {ExecAbortError} EXECABORT: the server refused to queue a command, `causes` tell why; nothing ran.
   * @throws {ReplyError} The first error reply among the commands that ran, with every reply attached as `replies`.
   * @throws {BatchError} The connection was lost, or time was up, after it was sent; it may have run.
   */
  exec(options?: CallOptions): Promise<R | Null>;
  /** Like `exec`, but the error reply of a command that ran is a value in its place and does not reject. */
  settled(options?: CallOptions): Promise<Settled<R> | Null>;
}

/** Collects commands for either kind of batch. */
export class Builder {
  #commands: BatchCommand[] = [];
  /** Whether a command is among them that may not be part of a batch. */
  #isChecked = false;
  readonly #dispatcher: Dispatcher;
  readonly #options: ViewOptions;
  readonly #isTransaction: boolean;

  /** Collects for `dispatcher`. */
  constructor(dispatcher: Dispatcher, options: ViewOptions, isTransaction: boolean) {
    this.#dispatcher = dispatcher;
    this.#options = options;
    this.#isTransaction = isTransaction;
  }

  /** How many commands were added. */
  get length(): number {
    return this.#commands.length;
  }

  /** Adds a command with the way its reply is reshaped; `isChecked` when only its arguments tell what it does. */
  add(args: readonly Argument[], shape: Shape | undefined, isChecked: boolean): this {
    this.#commands.push({ args, shape });
    if (isChecked) this.#isChecked = true;
    return this;
  }

  /** Adds any command. */
  send(args: readonly Argument[]): this {
    return this.add(args, undefined, true);
  }

  /** Runs what was added; an error reply rejects. */
  exec(options?: CallOptions): Promise<unknown> {
    return this.#run(repliesOrThrow, options);
  }

  /** Runs what was added; an error reply is a value. */
  settled(options?: CallOptions): Promise<unknown> {
    return this.#run((replies) => replies, options);
  }

  #run(finish: (replies: unknown[]) => unknown, options?: CallOptions): Promise<unknown> {
    const commands = this.#commands;
    this.#commands = [];
    if (commands.length === 0) return Promise.resolve([]);
    const dispatcher = this.#dispatcher;
    const problem = callProblem(options);
    if (problem !== undefined) return Promise.reject(problem);
    try {
      if (this.#isChecked) { for (const { args } of commands) dispatcher.checkBatched(args); }
    } catch (error) {
      return Promise.reject(error);
    }
    const merged = options === undefined ? this.#options : { ...this.#options, ...given(options) };
    if (!this.#isTransaction) return dispatcher.runBatch(commands, merged, finish);
    const replied = dispatcher.runBatch(inTransaction(commands), merged, (results, source) => {
      const replies = finishTransaction(commands, results, source);
      return replies === null ? null : finish(replies);
    });
    return replied.catch((error) => {
      throw asTransactionError(error, commands);
    });
  }
}

defineCommands<Builder, Builder>(Builder.prototype, commandSpecs, ({ shape, checked }) =>
  function (args) {
    return this.add(args, shape, checked);
  });

/** An empty pipeline. */
export function pipelineOf<Text>(dispatcher: Dispatcher, options: ViewOptions): Pipeline<[], Text> {
  return new Builder(dispatcher, options, false) as unknown as Pipeline<[], Text>;
}

/** An empty transaction. */
export function transactionOf<Null, Text>(dispatcher: Dispatcher, options: ViewOptions): Transaction<[], Null, Text> {
  return new Builder(dispatcher, options, true) as unknown as Transaction<[], Null, Text>;
}
