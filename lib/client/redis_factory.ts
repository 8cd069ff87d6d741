/**
 * How the pool makes, checks, resets and ends connections to a server.
 *
 * @module
 */
import { untilAborted } from "../base/until_aborted.ts";
import { ownCall } from "../connection/call.ts";
import { Connection, type ConnectionContext, type ConnectionOwner } from "../connection/connection.ts";
import { handshake, type Identity, type SessionSettings } from "../connection/handshake.ts";
import { Session } from "../connection/session.ts";
import {
  ArgumentError,
  ConnectError,
  ConnectionLostError,
  ProtocolError,
  type RedisError,
  ReplyError,
  TlsError,
} from "../errors.ts";
import { systemCause } from "../net/failures.ts";
import type { Connector, Target } from "../net/socket.ts";
import type { Factory } from "../pool/factory.ts";
import type { Argument } from "../resp/encoder.ts";

/** What it takes to make a connection. */
export interface FactorySettings {
  /** Where to. */
  target: Target;
  /** Opens sockets. */
  connector: Connector;
  /** Asked before each dial. */
  allowHost: ((host: string, port: number) => boolean | Promise<boolean>) | undefined;
  /** Asked at each handshake. */
  identify: () => Promise<Identity>;
  /** What sessions are to be. */
  session: SessionSettings;
  /** Whether a dirty session is undone rather than ended. */
  undoes: boolean;
}

/** What a connect waits for. */
type Stage = "connect" | "credentials" | "handshake";

/** What to say when its time is up. */
const lateness = {
  connect: {
    code: "CONNECT_TIMEOUT",
    phase: "connect",
    says: (endpoint: string) => `${endpoint} could not be reached in time`,
  },
  credentials: {
    code: "HANDSHAKE_TIMEOUT",
    phase: "handshake",
    says: (endpoint: string) => `the credentials for ${endpoint} did not come in time`,
  },
  handshake: {
    code: "HANDSHAKE_TIMEOUT",
    phase: "handshake",
    says: (endpoint: string) => `${endpoint} did not finish the handshake in time`,
  },
} as const;

/** Makes connections for the pool. */
export class RedisFactory implements Factory<Connection> {
  /** Called when a connection has ended, whatever ended it. */
  onClose: (connection: Connection, error: RedisError) => void = () => {};

  readonly #settings: FactorySettings;
  readonly #context: ConnectionContext;
  readonly #owner: ConnectionOwner;
  #nonce = 0;

  /** Makes connections that belong to `owner` until someone takes them over. */
  constructor(settings: FactorySettings, context: ConnectionContext, owner: ConnectionOwner) {
    this.#settings = settings;
    this.#context = context;
    this.#owner = owner;
  }

  /** Opens a socket and makes a session of it. */
  async connect(signal: AbortSignal): Promise<Connection> {
    const { target, connector, session, identify } = this.#settings;
    await this.#checkHost(signal);
    const connection = new Connection(this.#context, new Session(session.db, session.clientName), this.#owner);
    connection.onClose = (error) => this.onClose(connection, error);
    let stage: Stage = "connect";
    const giveUp = () => connection.destroy(this.#late(stage, signal.reason));
    signal.addEventListener("abort", giveUp);
    try {
      connection.attach(await connector(target, connection, signal));
      stage = "credentials";
      const identity = await untilAborted(identify(), signal);
      stage = "handshake";
      await handshake(connection, identity, session);
      return connection;
    } catch (error) {
      connection.destroy(error as RedisError);
      throw signal.aborted ? this.#late(stage, signal.reason) : error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Asks whether the host may be dialled; a hook that fails has not allowed it. */
  async #checkHost(signal: AbortSignal): Promise<void> {
    const { target: { host, port, path }, allowHost } = this.#settings;
    if (allowHost === undefined || path !== undefined) return;
    let isAllowed = false;
    let cause: unknown;
    try {
      isAllowed = await untilAborted(Promise.resolve(allowHost(host, port)), signal);
    } catch (error) {
      if (signal.aborted) throw this.#late("connect", signal.reason);
      cause = systemCause(error);
    }
    if (isAllowed === true) return;
    const { endpoint } = this.#context;
    throw new ConnectError("HOST_DENIED", `allowHost refused ${endpoint}`, { endpoint, phase: "connect", cause });
  }

  #late(stage: Stage, cause: unknown): ConnectError {
    const { endpoint } = this.#context;
    const { code, phase, says } = lateness[stage];
    // The connector knows whether the peer had been reached.
    const isHalfOpen = stage === "connect" && cause instanceof ConnectError;
    return new ConnectError(code, says(endpoint), {
      endpoint,
      phase: isHalfOpen ? cause.phase ?? phase : phase,
      cause,
    });
  }

  /** Whether a failed connect would fail again in the same way. */
  isFatal(error: unknown): boolean {
    if (error instanceof ReplyError) return !error.retryable;
    if (error instanceof TlsError) return !error.retryable;
    if (error instanceof ProtocolError) return error.code === "WRONG_PEER";
    if (error instanceof ConnectError) return error.code === "HOST_DENIED";
    return error instanceof ArgumentError;
  }

  /** Asks the server for a sign of life. */
  async validate(connection: Connection): Promise<boolean> {
    return (await connection.send(["PING"], ownCall)) === "PONG";
  }

  /** Undoes what a lease left behind; free of cost when that is nothing. */
  reset(connection: Connection): boolean | Promise<boolean> {
    if (connection.state !== "ready" || connection.session.isLost) return false;
    if (connection.session.isClean && connection.isQuiet) return true;
    return this.#settings.undoes && this.#undo(connection);
  }

  /** The nonce proves that every reply before it was consumed: what follows belongs to the next holder. */
  async #undo(connection: Connection): Promise<boolean> {
    const nonce = `respool:${++this.#nonce}:${Math.random().toString(36).slice(2)}`;
    const commands: Argument[][] = [...connection.session.undo(), ["PING", nonce]];
    const replies = await Promise.all(commands.map((args) => connection.send(args, ownCall)));
    if (replies[replies.length - 1] !== nonce || !connection.isQuiet) return false;
    connection.session.cleaned();
    return true;
  }

  /** Ends a connection. */
  destroy(connection: Connection): void | Promise<void> {
    const { endpoint } = this.#context;
    connection.destroy(
      new ConnectionLostError("CONN_EVICTED", `the pool ended its connection to ${endpoint}`, { endpoint }),
    );
    return connection.gone();
  }

  /** When bytes last arrived. */
  lastAliveMs(connection: Connection): number {
    return connection.aliveAt;
  }

  /** When the last command of its holder was answered; now while one is not. */
  lastUsedMs({ ring, aliveAt }: Connection): number {
    return ring.size > 0 ? this.#context.clock.now() : aliveAt;
  }
}
