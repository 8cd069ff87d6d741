/**
 * What callers are told when their connection ends.
 *
 * @module
 */
import { ConnectionLostError, ProtocolError, type RedisError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";
import { verbOf } from "./command.ts";
import type { CommandRing } from "./command_ring.ts";

/**
 * Rejects the oldest command of a ring whose connection ended with `error`, and forgets it. When its own reply was at
 * fault it gets that very error.
 */
export function rejectHead(ring: CommandRing, error: RedisError, isAtFault = false): void {
  const i = ring.head;
  const loss = isAtFault ? error : toLoss(error, ring.args[i]!, ring.sent > 0);
  if (isAtFault) error.command = verbOf(ring.args[i]!);
  ring.failed(i, loss);
  const call = ring.calls[i];
  if (call === undefined) ring.reject[i]!(loss);
  else call.fail(loss, ring.reject[i]!);
  ring.shift();
}

/** Rejects every command of a ring whose connection ended with `error`. */
export function rejectAll(ring: CommandRing, error: RedisError): void {
  if (error instanceof ProtocolError && ring.sent > 0) rejectHead(ring, error, true);
  while (ring.size > 0) rejectHead(ring, error);
}

/** The error of one command among those that were lost with a connection. */
export function toLoss(error: RedisError, args: readonly Argument[], sent: boolean): RedisError {
  // A closed pool, refused credentials or a peer that is no Redis are true of every command alike.
  if (!(error instanceof ConnectionLostError) || error.phase === "handshake") return error;
  const code = error instanceof ProtocolError ? "CONN_POISONED" : error.code;
  const command = verbOf(args);
  const { endpoint } = error;
  const phase = sent ? "reply" : "queue";
  const message = `${command} lost its connection: ${error.message}`;
  return new ConnectionLostError(code, message, { command, endpoint, phase, sent, cause: error });
}
