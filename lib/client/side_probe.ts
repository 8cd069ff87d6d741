/**
 * Tells a dead connection from a silent server: when a connection owes replies and says nothing, a new one asks.
 *
 * Only an answer proves anything: then the server lives, and the silent connection is dead. Without one the server may
 * be asleep or unreachable, and the connection is kept until bytes come or its commands' time is up. A connection on
 * which a command waits on purpose is silent by right: it is dead when the server no longer lists it.
 *
 * @module
 */
import { commandFlags } from "../commands/lookup.ts";
import { ownCall } from "../connection/call.ts";
import { verbOf } from "../connection/command.ts";
import type { Connection } from "../connection/connection.ts";
import { ConnectionLostError, type RedisError } from "../errors.ts";
import { BatchCall } from "./batch_call.ts";

/** Commands that wait for replicas rather than for an element. */
const waits = new Set(["WAIT", "WAITAOF"]);

/** Asks about silent connections, one question at a time whatever their number. */
export class SideProbe {
  readonly #connect: (controller: AbortController) => Promise<Connection>;
  readonly #onUnanswered: (error: RedisError) => void;
  readonly #suspects = new Set<Connection>();
  #isAsking = false;
  #controller = new AbortController();

  /** `connect` opens a connection outside the pool, or aborts; `onUnanswered` hears when it could not. */
  constructor(
    connect: (controller: AbortController) => Promise<Connection>,
    onUnanswered: (error: RedisError) => void,
  ) {
    this.#connect = connect;
    this.#onUnanswered = onUnanswered;
  }

  /** Finds out about a silent connection and ends it when it is dead. */
  ask(connection: Connection): void {
    this.#suspects.add(connection);
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#controller = new AbortController();
    this.#connect(this.#controller).then(
      (probe) => this.#answered(probe),
      (error) => this.#unanswered(error as RedisError),
    );
  }

  /** The handshake was answered, so the server lives. */
  async #answered(probe: Connection): Promise<void> {
    const { endpoint } = probe;
    const gone = await unknownTo(probe, [...this.#suspects].filter(waitsOnPurpose));
    probe.destroy(new ConnectionLostError("CONN_EVICTED", "the probe is done", { endpoint }));
    await nextTurn(probe);
    for (const connection of this.#take()) {
      if (!isSilent(connection) || (waitsOnPurpose(connection) && !gone.has(connection))) continue;
      const message = `the connection to ${endpoint} is dead: the server answers another one`;
      connection.destroy(new ConnectionLostError("CONN_STALLED", message, { endpoint }));
    }
  }

  /** Gives a question up that is under way. */
  stop(): void {
    this.#controller.abort();
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

/** A server that was busy answers everybody at once: what it sent before it answered the probe is read first. */
function nextTurn({ context }: Connection): Promise<void> {
  return new Promise((resolve) => context.clock.setTimer(resolve, 0, true));
}

/** Whether a connection still owes a reply and has said nothing for too long. */
function isSilent({ context, ring, aliveAt }: Connection): boolean {
  const silentSince = Math.max(aliveAt, ring.start[ring.head]!);
  return ring.sent > 0 && context.clock.now() - silentSince >= context.stallTimeoutMs;
}

/** Whether the oldest command is one that is answered late on purpose, so that silence proves nothing. */
function waitsOnPurpose({ ring }: Connection): boolean {
  const call = ring.calls[ring.head];
  const args = call instanceof BatchCall ? call.awaited : ring.args[ring.head];
  return args !== undefined && (commandFlags(args).blocking || waits.has(verbOf(args)));
}

/** Those of the connections that the server does not know any more. Without an answer it may know all of them. */
async function unknownTo(probe: Connection, connections: readonly Connection[]): Promise<Set<Connection>> {
  const ids = connections.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return new Set();
  try {
    const list = String(await probe.send(["CLIENT", "LIST", "ID", ...ids], ownCall));
    return new Set(connections.filter(({ id }) => id !== undefined && !new RegExp(`^id=${id} `, "m").test(list)));
  } catch {
    return new Set();
  }
}
