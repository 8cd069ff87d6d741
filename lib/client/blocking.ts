/**
 * Deadlines of commands that wait on purpose.
 *
 * @module
 */
import { blockTimeoutMs } from "../commands/block_timeout.ts";
import type { Argument } from "../resp/encoder.ts";
import type { ViewOptions } from "./dispatcher.ts";

/**
 * The options of a blocking command with the deadline it has when the caller gave none: the time it may wait on the
 * server, and on top of it what any other command may take. A wait without end has no deadline.
 */
export function withWait(args: readonly Argument[], options: ViewOptions, commandTimeoutMs: number): ViewOptions {
  const waitMs = blockTimeoutMs(args);
  if (options.timeoutMs !== undefined || waitMs === undefined) return options;
  return { ...options, timeoutMs: waitMs === 0 || commandTimeoutMs === 0 ? 0 : waitMs + commandTimeoutMs };
}
