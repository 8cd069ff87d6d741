/**
 * The owner of every connection that the shared lane does not use: idle, leased, being opened, checked or reset.
 *
 * @module
 */
import type { CommandRing } from "../connection/command_ring.ts";
import type { Connection, ConnectionOwner } from "../connection/connection.ts";
import { rejectAll } from "../connection/loss.ts";
import { ConnectionLostError, type RedisError } from "../errors.ts";

/** What the owner of exclusive connections tells the pool. */
export interface ExclusiveListener {
  /** The server answered with an error. */
  onErrorReply(connection: Connection, error: RedisError): void;
  /** Replies are outstanding and no byte comes. */
  onStalled(connection: Connection): void;
}

/** Rejects what is lost; ends a connection on which a command was not answered in time. */
export class ExclusiveOwner implements ConnectionOwner {
  readonly #listener: ExclusiveListener;

  /** Tells `listener`. */
  constructor(listener: ExclusiveListener) {
    this.#listener = listener;
  }

  /** Nothing that one holder sent may run for the next: all is rejected. */
  lost(_connection: Connection, ring: CommandRing, error: RedisError): void {
    rejectAll(ring, error);
  }

  /** Error replies go to the caller. */
  refused(connection: Connection, error: RedisError): boolean {
    this.#listener.onErrorReply(connection, error);
    return false;
  }

  /** A late reply must not reach the next holder: the connection ends once the callers are told. */
  timedOut(connection: Connection): undefined {
    const { endpoint } = connection;
    const error = new ConnectionLostError("CONN_STALLED", `${endpoint} did not answer in time`, { endpoint });
    queueMicrotask(() => connection.destroy(error));
  }

  /** Whether the connection or the server is silent is for the pool to find out. */
  stalled(connection: Connection): void {
    this.#listener.onStalled(connection);
  }

  /** Nobody waits behind a large reply. */
  receivesLarge(): void {}

  /** Nobody waits for progress. */
  progressed(): void {}
}
