/**
 * What all connections of one in-memory server share.
 *
 * @module
 */
import type { Timer } from "../../base/clock.ts";
import { Keyspace } from "./keyspace.ts";
import { PubSub, type Subscriber } from "./pub_sub.ts";
import type { ServerTime } from "./server_time.ts";

/** A connection as the others see it. */
export interface Client extends Subscriber {
  /** Its number; never given twice. */
  readonly id: number;
  /** The peer's `host:port`. */
  readonly address: string;
  /** Whether it waits for a list. */
  readonly isBlocked: boolean;
  /** Its line in CLIENT LIST. */
  describe(): string;
  /** Runs the commands that came while it had to wait. */
  resume(): void;
  /** Writes out what it has answered. */
  flush(): void;
  /** Ends it. */
  kill(): void;
}

const databaseCount = 16;

/** Databases, clients, subscriptions, time and counters of one server. */
export class ServerState {
  /** The numbered databases. */
  readonly databases: readonly Keyspace[];
  /** Connected clients by their id. */
  readonly clients: Map<number, Client> = new Map();
  /** Who listens to what. */
  readonly pubSub: PubSub = new PubSub();
  /** The time that commands see. */
  readonly time: ServerTime;
  /** The password of the default user, latin1; without it there is no need to authenticate. */
  readonly password: string | undefined;
  /** Commands that were run. */
  commandCount = 0;
  /** Connections that were accepted. */
  connectionCount = 0;
  /** Whether no command is run for the time being. */
  isFrozen = false;

  readonly #resumable = new Set<Client>();
  readonly #unflushed = new Set<Client>();
  #thaw: Timer | undefined;

  /** Makes the state of a server without any connection. */
  constructor(time: ServerTime, password?: string) {
    this.time = time;
    this.password = password;
    this.databases = Array.from({ length: databaseCount }, () => new Keyspace(time));
  }

  /** How many clients wait for a list. */
  get blockedCount(): number {
    return [...this.clients.values()].filter((client) => client.isBlocked).length;
  }

  /** Runs no command of any client for so long. */
  freeze(ms: number): void {
    this.isFrozen = true;
    this.#thaw = this.time.setTimer(() => {
      this.isFrozen = false;
      for (const client of this.clients.values()) this.#resumable.add(client);
      this.settle();
    }, ms);
  }

  /** Disarms what would keep the process alive when there are no clients any more. */
  close(): void {
    if (this.#thaw !== undefined) this.time.clearTimer(this.#thaw);
  }

  /** Lets `client` go on with its commands once those that run now are done. */
  resumeSoon(client: Client): void {
    this.#resumable.add(client);
  }

  /** Lets `client` write once the commands that run now are done. */
  flushSoon(client: Client): void {
    this.#unflushed.add(client);
  }

  /** Forgets a client that is gone. */
  forget(client: Client): void {
    this.clients.delete(client.id);
    this.#resumable.delete(client);
    this.#unflushed.delete(client);
  }

  /** Serves the clients that wait for lists which now exist. */
  serveWaiters(): void {
    for (const { waiters } of this.databases) if (waiters.hasReady) waiters.serve();
  }

  /** Does what the commands that ran have left to do: clients that may go on do so, and everyone writes. */
  settle(): void {
    for (const client of this.#resumable) {
      this.#resumable.delete(client);
      client.resume();
    }
    for (const client of this.#unflushed) {
      this.#unflushed.delete(client);
      client.flush();
    }
  }
}
