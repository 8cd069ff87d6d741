/**
 * What runs commands: the pool through its shared lane, or a lease through its own connection. Views, pipelines and
 * transactions are built on this alone.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import type { ReplySource } from "../connection/call.ts";
import type { Argument } from "../resp/encoder.ts";
import type { ReplyOptions } from "../resp/mapping.ts";
import type { BatchCommand } from "./batch_call.ts";
import type { CallOptions } from "./cancellable_call.ts";

/** The options of `with`: those of one call, and how its replies are returned. */
export interface ViewOptions extends CallOptions {
  /** How replies are returned, instead of the pool's own `replies`. */
  replies?: ReplyOptions | undefined;
}

/** Runs commands with options. */
export interface Dispatcher {
  /** Runs one command wherever it may run: a blocking one gets a connection of its own. */
  run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown>;
  /** Refuses a command that may not be part of a batch here; nothing happens when it may. */
  checkBatched(args: readonly Argument[]): void;
  /** Runs commands together; `finish` makes the promise's value from their replies. */
  runBatch(
    commands: readonly BatchCommand[],
    options: ViewOptions,
    finish: (results: unknown[], source: ReplySource) => unknown,
  ): Promise<unknown>;
}
