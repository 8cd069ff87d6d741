/**
 * An exclusive connection to the server, and the commands that run on it.
 *
 * @module
 */
import { type BlockingCommands, blockingSpecs } from "../commands/blocking.ts";
import { type Commands, commandSpecs } from "../commands/commands.ts";
import { defineCommands } from "../commands/define.ts";
import { commandFlags } from "../commands/lookup.ts";
import { type SessionCommands, sessionSpecs } from "../commands/session.ts";
import type { Shape } from "../commands/spec.ts";
import type { Promised } from "../commands/surface.ts";
import { wordOf } from "../commands/words.ts";
import type { Call, ReplySource } from "../connection/call.ts";
import { verbOf } from "../connection/command.ts";
import type { Connection } from "../connection/connection.ts";
import { ArgumentError, ConnectionLostError, type RedisError } from "../errors.ts";
import { Lease } from "../pool/lease.ts";
import type { Argument } from "../resp/encoder.ts";
import type { BatchCommand } from "./batch_call.ts";
import { withWait } from "./blocking.ts";
import { callProblem } from "./call_options.ts";
import { ShapedCall } from "./calls.ts";
import type { CallOptions } from "./cancellable_call.ts";
import type { Dispatcher, ViewOptions } from "./dispatcher.ts";
import { type Pipeline, pipelineOf, type Transaction, transactionOf } from "./pipeline.ts";
import { noArguments, startBatch, startCall } from "./start_call.ts";
import { type LeaseView, viewOf } from "./view.ts";

/**
 * An exclusive connection until it is released. What it leaves behind (watched keys, another database, an open
 * transaction) is undone on release.
 *
 * A command that is given up or late after it was sent ends the connection: its reply must not reach the next holder.
 *
 * @example
 * ```ts
 * import { createPool } from "@respool/respool";
 *
 * const pool = createPool();
 * await pool.use(async (lease) => {
 *   await lease.watch("k");
 *   const replies = await lease.multi().set("k", 2).exec(); // null when k has changed
 * });
 * await pool.close();
 * ```
 */
export interface RedisLease
  extends Commands<Promised>, BlockingCommands<Promised>, SessionCommands<Promised>, Disposable, AsyncDisposable {
  /** Whether it was released, destroyed, detached or taken back. */
  readonly released: boolean;
  /** Runs any command that is answered by one reply; also those that change connection state. */
  send(args: readonly Argument[], options?: CallOptions): Promise<unknown>;
  /** The same lease with options applied to each call. */
  with(options: ViewOptions & { replies: { strings: "bytes" } }): LeaseView<Uint8Array>;
  /** The same lease with options applied to each call. */
  with(options: ViewOptions): LeaseView;
  /** Commands that leave together. */
  pipeline(): Pipeline;
  /** Commands that run as one; `exec()` is null when a watched key has changed. */
  multi(): Transaction<[], null>;
  /** Gives the connection back. Doing it twice does nothing. */
  release(): void;
  /** Gives the connection back to be closed. */
  destroy(reason?: string): void;
  /** Takes the connection out of the pool; the caller owns it and has to destroy it. */
  detach(): DetachedConnection;
}

/** A connection that left its pool: its holder has to destroy it. */
export interface DetachedConnection {
  /** `host:port` or the path of the Unix socket. */
  readonly endpoint: string;
  /** Runs any command that is answered by one reply. */
  send(args: readonly Argument[]): Promise<unknown>;
  /** Ends the connection at once; what is unsettled rejects with CONN_KILLED. */
  destroy(): void;
}

/** Commands without exactly one reply each: after one of them nothing could tell replies apart. */
const unanswered = /^(?:[PS]?(?:UN)?SUBSCRIBE|MONITOR|P?SYNC|CLIENT REPLY)$/;

/** The lease that the pool hands out. */
export class LeaseClient extends Lease<Connection> implements Dispatcher {
  /** Runs a command without options. */
  dispatch(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
    return this.released ? Promise.reject(this.overError) : this.connection.send(args, call);
  }

  /** Runs any command that is answered by one reply. */
  send(args: readonly Argument[], options: CallOptions = {}): Promise<unknown> {
    const problem = callProblem(options);
    return problem === undefined ? this.run(args, undefined, options) : Promise.reject(problem);
  }

  /** Runs a command of which only its arguments tell what it does to the connection. */
  run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
    if (!Array.isArray(args)) return Promise.reject(noArguments());
    if (this.released) return Promise.reject(this.overError);
    if (isUnanswered(args)) return Promise.reject(unansweredError(args));
    const { connection } = this;
    const { stateful, blocking } = commandFlags(args);
    const patient = blocking ? withWait(args, options, connection.context.commandTimeoutMs) : options;
    return startCall(connection, args, shape, patient, (call) => {
      call.onCancel = (error) => endIfSent(connection, error);
      if (!stateful) return;
      connection.session.before(args);
      call.onReply = (reply) => connection.session.after(args, reply);
    });
  }

  /** Anything may be part of a batch on a lease, except what has no reply of its own. */
  checkBatched(args: readonly Argument[]): void {
    if (!Array.isArray(args)) throw noArguments();
    if (isUnanswered(args)) throw unansweredError(args);
  }

  /** Runs commands together. */
  runBatch(
    commands: readonly BatchCommand[],
    options: ViewOptions,
    finish: (results: unknown[], source: ReplySource) => unknown,
  ): Promise<unknown> {
    if (this.released) return Promise.reject(this.overError);
    const { connection } = this;
    const isStateful = commands.map(({ args }) => commandFlags(args).stateful);
    commands.forEach(({ args }, i) => isStateful[i] && connection.session.before(args));
    const done = (results: unknown[], source: ReplySource) => {
      commands.forEach(({ args }, i) => isStateful[i] && connection.session.after(args, results[i]));
      return finish(results, source);
    };
    return startBatch(connection, commands, options, done, (call) => {
      call.onCancel = (error) => endIfSent(connection, error);
    });
  }

  /** The same lease with options applied to each call. */
  with(options: ViewOptions): LeaseView {
    return viewOf(this, options);
  }

  /** Commands that leave together. */
  pipeline(): Pipeline {
    return pipelineOf(this, {});
  }

  /** Commands that run as one. */
  multi(): Transaction<[], null> {
    return transactionOf(this, {});
  }
}

/** What leaves the connection as it was and answers at once needs no look at its arguments. */
defineCommands<LeaseClient, Promise<unknown>>(LeaseClient.prototype, commandSpecs, ({ shape, checked }) => {
  const call = shape && new ShapedCall(shape);
  return function (args) {
    return checked ? this.run(args, shape, {}) : this.dispatch(args, call);
  };
});

defineCommands<LeaseClient, Promise<unknown>>(
  LeaseClient.prototype,
  [...blockingSpecs, ...sessionSpecs],
  ({ shape }) =>
    function (args) {
      return this.run(args, shape, {});
    },
);

function isUnanswered([verb = "", subcommand = ""]: readonly Argument[]): boolean {
  const word = wordOf(verb);
  return unanswered.test(word === "CLIENT" ? `${word} ${wordOf(subcommand)}` : word);
}

function unansweredError(args: readonly Argument[]): ArgumentError {
  const command = verbOf(args);
  const message = `${command} is not answered by exactly one reply, so it cannot be sent as a command`;
  return new ArgumentError("STATEFUL_COMMAND", message, 0, { command });
}

/** Ends a connection whose holder gave a command up that was sent: its late reply must reach nobody. */
function endIfSent(connection: Connection, cause: RedisError): void {
  if (!cause.sent) return;
  const { endpoint } = connection;
  const message = `the connection to ${endpoint} was ended: a command on its lease was given up`;
  connection.destroy(new ConnectionLostError("CONN_KILLED", message, { endpoint, cause }));
}
