/**
 * The owner of every connection that the shared lane does not use: idle, leased, being opened, checked or reset.
 *
 * @module
 */
import type { CommandRing } from "../connection/command_ring.ts";
import type { Connection, ConnectionOwner } from "../connection/connection.ts";
import { rejectAll } from "../connection/loss.ts";
import { ConnectionLostError, type RedisError } from "../errors.ts";

/** Rejects what is lost; ends a connection on which a command was not answered in time. */
export class ExclusiveOwner implements ConnectionOwner {
  readonly #onErrorReply: (connection: Connection, error: RedisError) => void;

  /** `onErrorReply` hears of every error reply. */
  constructor(onErrorReply: (connection: Connection, error: RedisError) => void) {
    this.#onErrorReply = onErrorReply;
  }

  /** Nothing that one holder sent may run for the next: all is rejected. */
  lost(_connection: Connection, ring: CommandRing, error: RedisError): void {
    rejectAll(ring, error);
  }

  /** Error replies go to the caller. */
  refused(
    connection: Connection,
    _args: unknown,
    _resolve: unknown,
    _reject: unknown,
    _call: unknown,
    error: RedisError,
  ): boolean {
    this.#onErrorReply(connection, error);
    return false;
  }

  /** A late reply must not reach the next holder: the connection ends once the callers are told. */
  timedOut(connection: Connection): undefined {
    const { endpoint } = connection;
    const error = new ConnectionLostError("CONN_STALLED", `${endpoint} did not answer in time`, { endpoint });
    queueMicrotask(() => connection.destroy(error));
  }

  /** Nobody waits for progress. */
  progressed(): void {}
}
