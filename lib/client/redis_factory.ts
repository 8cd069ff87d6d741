/**
 * How the pool makes, checks, resets and ends connections to a server.
 *
 * @module
 */
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
  identify: () => Identity | Promise<Identity>;
  /** What sessions are to be. */
  session: SessionSettings;
  /** Whether a dirty session is undone rather than ended. */
  undoes: boolean;
}

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
    const { target, connector, session, identify, allowHost } = this.#settings;
    if (allowHost !== undefined && !(await allowHost(target.host, target.port))) throw this.#denied();
    const connection = new Connection(this.#context, new Session(session.db, session.clientName), this.#owner);
    connection.onClose = (error) => this.onClose(connection, error);
    let isOpen = false;
    const giveUp = () => connection.destroy(this.#late(isOpen, signal.reason));
    signal.addEventListener("abort", giveUp);
    try {
      connection.attach(await connector(target, connection, signal));
      isOpen = true;
      await handshake(connection, await identify(), session);
      return connection;
    } catch (error) {
      connection.destroy(error as RedisError);
      throw signal.aborted ? this.#late(isOpen, signal.reason) : error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  #denied(): ConnectError {
    const { endpoint } = this.#context;
    return new ConnectError("HOST_DENIED", `allowHost refused ${endpoint}`, { endpoint, phase: "connect" });
  }

  #late(isOpen: boolean, cause: unknown): ConnectError {
    const { endpoint } = this.#context;
    return isOpen
      ? new ConnectError("HANDSHAKE_TIMEOUT", `${endpoint} did not finish the handshake in time`, {
        endpoint,
        phase: "handshake",
        cause,
      })
      : new ConnectError("CONNECT_TIMEOUT", `${endpoint} could not be reached in time`, {
        endpoint,
        phase: "connect",
        cause,
      });
  }

  /** Whether a failed connect would fail again in the same way. */
  isFatal(error: unknown): boolean {
    if (error instanceof ReplyError) return !error.retryable;
    if (error instanceof TlsError) return error.code !== "TLS_HANDSHAKE";
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
  destroy(connection: Connection): void {
    const { endpoint } = this.#context;
    connection.destroy(
      new ConnectionLostError("CONN_EVICTED", `the pool ended its connection to ${endpoint}`, { endpoint }),
    );
  }

  /** When bytes last arrived. */
  lastAliveMs(connection: Connection): number {
    return connection.aliveAt;
  }
}
