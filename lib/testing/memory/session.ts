/**
 * One connection of the in-memory server: reads commands, runs them in order, writes their replies.
 *
 * @module
 */
import type { Timer } from "../../base/clock.ts";
import { type Args, type Command, type CommandTable, findCommand } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { CommandReader, StreamError } from "../command_reader.ts";
import { Deque } from "./deque.ts";
import type { Keyspace } from "./keyspace.ts";
import type { ListWaiter } from "./list_waiters.ts";
import { encodeReply, failure, nullArray, type Reply, status } from "./reply.ts";
import type { Client, ServerState } from "./server_state.ts";
import { type Transaction, Watches } from "./transaction.ts";

/** Where a session writes to. */
export interface Wire {
  /** The peer's `host:port`. */
  readonly address: string;
  /** Sends latin1 text. */
  write(text: string): void;
  /** Sends what was written and ends the connection. */
  end(): void;
}

/** Commands that run between MULTI and EXEC instead of being queued. */
const unqueued = new Set(["EXEC", "DISCARD", "MULTI", "WATCH", "QUIT", "RESET"]);
/** Commands that need no authentication. */
const unguarded = new Set(["AUTH", "HELLO", "QUIT", "RESET"]);
/** Commands that a RESP2 connection may send while it is subscribed. */
const whileSubscribed = new Set([
  ...["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"],
  ...["PING", "QUIT", "RESET"],
]);
const queued = status("QUEUED");
/** Replies are written when a chunk of input is done, or when this much has gathered. */
const mostGathered = 256 * 1024;

/** A session, with the state that commands read and change. */
export class Session implements Client {
  /** Its number. */
  readonly id: number;
  /** What all sessions share. */
  readonly state: ServerState;
  /** The number of the selected database. */
  databaseIndex = 0;
  /** The version of RESP that replies are in. */
  protocol: 2 | 3 = 2;
  /** The name given by CLIENT SETNAME. */
  name = "";
  /** Whether commands may run. */
  isAuthenticated: boolean;
  /** Whether replies are sent. */
  replies = true;
  /** Whether the reply of the next command is left out. */
  skipsNextReply = false;
  /** Set between MULTI and EXEC. */
  transaction: Transaction<Session> | undefined;
  /** Whether EXEC runs the commands of a transaction. */
  isExecuting = false;
  /** The keys it watches. */
  readonly watches: Watches = new Watches();
  /** The channels it listens to. */
  readonly channels: Set<string> = new Set();
  /** The patterns it listens to. */
  readonly patterns: Set<string> = new Set();

  readonly #wire: Wire;
  readonly #commands: CommandTable<Session>;
  readonly #reader = new CommandReader(true);
  readonly #connectedAt: number;
  #output = "";
  #isEnding = false;
  #wait: { readonly waiter: ListWaiter; readonly db: Keyspace; readonly timer: Timer | undefined } | undefined;

  /** Opens a session that knows the given commands. */
  constructor(state: ServerState, commands: CommandTable<Session>, wire: Wire) {
    this.id = ++state.connectionCount;
    this.state = state;
    this.isAuthenticated = state.password === undefined;
    this.#commands = commands;
    this.#wire = wire;
    this.#connectedAt = state.time.now;
    state.clients.set(this.id, this);
  }

  /** The selected database. */
  get db(): Keyspace {
    return this.state.databases[this.databaseIndex]!;
  }

  /** The peer's `host:port`. */
  get address(): string {
    return this.#wire.address;
  }

  /** Whether it waits for a list. */
  get isBlocked(): boolean {
    return this.#wait !== undefined;
  }

  /** Takes latin1 text that arrived, runs the commands in it and writes what they answer. */
  receive(text: string): void {
    this.state.time.refresh();
    this.#reader.feed(text);
    this.resume();
    this.state.settle();
  }

  /** Runs the commands that are there, as far as it may. */
  resume(): void {
    try {
      while (this.#wait === undefined && !this.#isEnding && !this.state.isFrozen) {
        const args = this.#reader.next();
        if (args === undefined) return;
        this.#run(args as unknown as Args);
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#answer(failure(error.message));
      this.end();
    }
  }

  #run(args: Args): void {
    const isSkipped = this.skipsNextReply;
    this.skipsNextReply = false;
    this.state.commandCount++;
    const reply = this.#reply(args);
    if (reply !== undefined && !isSkipped) this.#answer(reply);
    this.state.serveWaiters();
  }

  #reply(args: Args): Reply | undefined {
    try {
      const verb = args[0].toUpperCase();
      const found = this.#find(verb, args);
      if (this.transaction === undefined || unqueued.has(verb)) return found.run(args, this);
      this.transaction.commands.push({ command: found, args });
      return queued;
    } catch (error) {
      if (error instanceof CommandError) return failure(error.message);
      throw error;
    }
  }

  /** The command that may run now; a transaction fails when there is none. */
  #find(verb: string, args: Args): Command<Session> {
    try {
      const found = findCommand(this.#commands, verb, args);
      if (!this.isAuthenticated && !unguarded.has(verb)) throw new CommandError("NOAUTH Authentication required.");
      if (this.protocol === 2 && this.channels.size + this.patterns.size > 0 && !whileSubscribed.has(verb)) {
        throw new CommandError(
          `ERR Can't execute '${verb.toLowerCase()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
        );
      }
      return found;
    } catch (error) {
      if (this.transaction !== undefined) this.transaction.hasFailed = true;
      throw error;
    }
  }

  /** Runs a queued command for EXEC. */
  runQueued(queuedCommand: Command<Session>, args: Args): Reply {
    try {
      return queuedCommand.run(args, this) ?? null;
    } catch (error) {
      if (error instanceof CommandError) return failure(error.message);
      throw error;
    }
  }

  /**
   * Waits until `take` gets something from one of the lists. Later commands wait, too.
   *
   * @param timeoutMs How long at most; 0 is for ever.
   */
  block(keys: readonly string[], timeoutMs: number, take: (key: string) => Reply): void {
    const { db, state } = this;
    const waiter: ListWaiter = {
      keys,
      serve: (key) => {
        if (!(db.find(key)?.value instanceof Deque)) return false;
        this.#unblock(this.#attempt(() => take(key)));
        return true;
      },
    };
    const onTimeout = () => {
      this.#unblock(nullArray);
      state.settle();
    };
    this.#wait = { waiter, db, timer: timeoutMs > 0 ? state.time.setTimer(onTimeout, timeoutMs) : undefined };
    db.waiters.add(waiter);
  }

  #attempt(take: () => Reply): Reply {
    try {
      return take();
    } catch (error) {
      if (error instanceof CommandError) return failure(error.message);
      throw error;
    }
  }

  #unblock(reply?: Reply): void {
    if (this.#wait === undefined) return;
    const { waiter, db, timer } = this.#wait;
    this.#wait = undefined;
    db.waiters.remove(waiter);
    if (timer !== undefined) this.state.time.clearTimer(timer);
    if (reply === undefined) return;
    this.#answer(reply);
    this.state.resumeSoon(this);
  }

  #answer(reply: Reply): void {
    if (this.replies) this.deliver(reply);
  }

  /** Sends a reply, or a message nobody asked for, when the commands that run now are done. */
  deliver(reply: Reply): void {
    this.#output += encodeReply(reply, this.protocol);
    if (this.#output.length > mostGathered) this.flush();
    else this.state.flushSoon(this);
  }

  /** Writes what has gathered. */
  flush(): void {
    const output = this.#output;
    this.#output = "";
    if (output !== "") this.#wire.write(output);
    if (this.#isEnding) this.#wire.end();
  }

  /** Ends the connection when the reply of the running command is written. */
  end(): void {
    this.#isEnding = true;
    this.state.flushSoon(this);
  }

  /** Ends the connection. */
  kill(): void {
    this.#unblock();
    this.end();
  }

  /** Undoes everything that commands did to this session. */
  reset(): void {
    this.transaction = undefined;
    this.watches.clear();
    for (const channel of this.channels) this.state.pubSub.unsubscribe(channel, this);
    for (const pattern of this.patterns) this.state.pubSub.unsubscribePattern(pattern, this);
    this.channels.clear();
    this.patterns.clear();
    this.databaseIndex = 0;
    this.protocol = 2;
    this.name = "";
    this.replies = true;
    this.isAuthenticated = this.state.password === undefined;
  }

  /** Says that the connection is gone. */
  close(): void {
    this.#isEnding = true;
    this.#unblock();
    this.reset();
    this.state.forget(this);
  }

  /** Its line in CLIENT LIST. */
  describe(): string {
    const age = Math.floor((this.state.time.now - this.#connectedAt) / 1000);
    const flags = this.isBlocked ? "b" : this.transaction !== undefined ? "x" : this.channels.size > 0 ? "P" : "N";
    return [
      `id=${this.id} addr=${this.address} laddr=${loopbackAddress} fd=${this.id + 7} name=${this.name} age=${age}`,
      `idle=0 flags=${flags} db=${this.databaseIndex} sub=${this.channels.size} psub=${this.patterns.size} ssub=0`,
      `multi=${this.transaction?.commands.length ?? -1} qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0`,
      `oll=0 omem=0 tot-mem=0 events=r cmd=NULL user=default redir=-1 resp=${this.protocol}`,
    ].join(" ");
  }
}

const loopbackAddress = "127.0.0.1:0";
