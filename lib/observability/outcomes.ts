/**
 * What became of commands.
 *
 * @module
 */
import {
  AbortError,
  ArgumentError,
  BackpressureError,
  BatchError,
  DecodeError,
  ReplyError,
  TimeoutError,
} from "../errors.ts";
import { countLabel, labelOf } from "./labels.ts";
import type { CommandOutcomes } from "./stats.ts";

/** Counts the commands of one pool as they end. Each command of a batch counts. */
export class Outcomes implements CommandOutcomes {
  /** The server answered. */
  ok = 0;
  /** The server answered with an error. */
  error = 0;
  /** No reply came in time. */
  timeout = 0;
  /** The caller's signal ended it. */
  aborted = 0;
  /** There was no connection for it, or it ended before the reply. */
  lost = 0;
  /** There was no room for it. */
  refused = 0;
  /** It could not be sent as it was. */
  invalid = 0;
  /** Commands that were sent again. */
  retries = 0;
  /** How often a connection was silent for too long with replies outstanding. */
  stalls = 0;
  /** Commands that failed, by the error's code. */
  readonly failuresByCode: Map<string, number> = new Map();

  /** Counts commands that ended with an error. */
  failed(error: unknown, count = 1): void {
    if (count === 0) return;
    this[kindOf(error)] += count;
    countLabel(this.failuresByCode, labelOf(error), count);
  }

  /** The outcomes alone, as they are now. */
  get counts(): CommandOutcomes {
    const { ok, error, timeout, aborted, lost, refused, invalid } = this;
    return { ok, error, timeout, aborted, lost, refused, invalid };
  }
}

function kindOf(error: unknown): Exclude<keyof CommandOutcomes, "ok"> {
  // What ended a batch as a whole says more than that it was a batch.
  const reason = error instanceof BatchError ? error.cause : error;
  if (reason instanceof TimeoutError) return "timeout";
  if (reason instanceof AbortError) return "aborted";
  if (reason instanceof BackpressureError) return "refused";
  if (reason instanceof ArgumentError) return "invalid";
  // Refused credentials, for instance, answer no command: there is no connection.
  if (reason instanceof ReplyError) return reason.phase === "handshake" ? "lost" : "error";
  return reason instanceof DecodeError ? "error" : "lost";
}
