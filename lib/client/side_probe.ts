/**
 * Tells a dead connection from a silent server: when a connection owes replies and says nothing, a new one asks.
 *
 * Only an answer proves anything: then the server lives, and the silent connection is dead. Without one the server may
 * be asleep or unreachable, and the connection is kept until bytes come or its commands' time is up.
 *
 * @module
 */
import type { Connection } from "../connection/connection.ts";
import { ConnectionLostError, type RedisError } from "../errors.ts";

/** Asks about silent connections, one question at a time whatever their number. */
export class SideProbe {
  readonly #connect: () => Promise<Connection>;
  readonly #onUnanswered: (error: RedisError) => void;
  readonly #suspects = new Set<Connection>();
  #isAsking = false;

  /** `connect` opens a connection outside the pool; `onUnanswered` hears when it could not. */
  constructor(connect: () => Promise<Connection>, onUnanswered: (error: RedisError) => void) {
    this.#connect = connect;
    this.#onUnanswered = onUnanswered;
  }

  /** Finds out about a silent connection and ends it when it is dead. */
  ask(connection: Connection): void {
    this.#suspects.add(connection);
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#connect().then((probe) => this.#answered(probe), (error) => this.#unanswered(error as RedisError));
  }

  /** The handshake was answered, so the server lives. */
  #answered(probe: Connection): void {
    const { endpoint } = probe;
    probe.destroy(new ConnectionLostError("CONN_EVICTED", "the probe is done", { endpoint }));
    for (const connection of this.#take()) {
      const { context, ring, aliveAt } = connection;
      if (ring.sent === 0 || context.clock.now() - aliveAt < context.stallTimeoutMs) continue;
      const message = `the connection to ${endpoint} is dead: the server answers another one`;
      connection.destroy(new ConnectionLostError("CONN_STALLED", message, { endpoint }));
    }
  }

  #unanswered(error: RedisError): void {
    this.#take();
    this.#onUnanswered(error);
  }

  #take(): Connection[] {
    const suspects = [...this.#suspects];
    this.#suspects.clear();
    this.#isAsking = false;
    return suspects;
  }
}
