/**
 * MULTI, the commands, EXEC: one write, and one value from all the replies.
 *
 * @module
 */
import type { ReplySource } from "../connection/call.ts";
import { describe } from "../connection/command.ts";
import { BatchError, DecodeError, ExecAbortError, type RedisError, ReplyError } from "../errors.ts";
import type { BatchCommand } from "./batch_call.ts";
import { shaped } from "./calls.ts";

/** The commands as the server must get them. Their own replies are only `QUEUED`, so they are not reshaped here. */
export function inTransaction(commands: readonly BatchCommand[]): BatchCommand[] {
  return [
    { args: ["MULTI"], shape: undefined },
    ...commands.map(({ args }) => ({ args, shape: undefined })),
    { args: ["EXEC"], shape: undefined },
  ];
}

/**
 * The replies of the commands, errors among them as values; `null` when a watched key has changed.
 *
 * @throws {ExecAbortError} EXECABORT: a command could not be queued.
 * @throws {ReplyError} MULTI or EXEC itself was refused.
 * @throws {DecodeError} It ran, and its replies cannot be values.
 */
export function finishTransaction(
  commands: readonly BatchCommand[],
  results: unknown[],
  source: ReplySource,
): unknown[] | null {
  const outcome = results[results.length - 1];
  if (outcome instanceof ReplyError) throw refusal(outcome, results);
  // The value of all of them could not be made.
  if (outcome instanceof DecodeError) throw outcome;
  // Within a transaction that was open already EXEC has run that one.
  if (results[0] instanceof ReplyError) throw refusal(results[0], results);
  if (outcome === null) return null;
  return (outcome as unknown[]).map((reply, i) => {
    const { args, shape } = commands[i]!;
    if (reply instanceof ReplyError) describe(reply, args, source.endpoint);
    return reply instanceof ReplyError ? reply : shaped(reply, shape, args, undefined, source);
  });
}

/** The error of a transaction that ended early: until EXEC has answered nothing is known of any of its commands. */
export function asTransactionError(error: unknown, commands: readonly BatchCommand[]): unknown {
  if (!(error instanceof BatchError)) return error;
  const { code, endpoint, phase, sent, maybeExecuted, elapsedMs, attempts } = error;
  const cause = error.cause as RedisError;
  const message = `a transaction of ${commands.length} commands ended before its replies: ${cause.message}`;
  const fields = { endpoint, phase, sent, maybeExecuted, elapsedMs, attempts, cause };
  return new BatchError(code, message, commands.map(() => cause), fields);
}

function refusal(outcome: ReplyError, results: unknown[]): ReplyError {
  const causes = results.slice(0, -1).filter((result) => result instanceof ReplyError);
  const { code, command, endpoint, phase } = outcome;
  if (code === "EXECABORT") {
    const reasons = causes.map((cause) => `${cause.command}: ${cause.code}`).join(", ");
    const message = `the transaction was not run: ${reasons || "a command could not be queued"}`;
    const error = new ExecAbortError(code, message, { command, endpoint, phase, sent: true, maybeExecuted: false });
    error.causes = causes;
    return error;
  }
  // Without MULTI its commands ran one by one.
  const first = results[0] instanceof ReplyError ? results[0] : outcome;
  first.maybeExecuted = first === results[0];
  first.replies = results;
  return first;
}
