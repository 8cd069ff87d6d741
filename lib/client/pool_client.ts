/**
 * The pool as users hold it: the shared lane, the leases, and the connections for blocking commands.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { Deadlines } from "../base/deadlines.ts";
import { fenced } from "../base/fenced.ts";
import { blockingSpecs } from "../commands/blocking.ts";
import { commandSpecs } from "../commands/commands.ts";
import { defineCommands } from "../commands/define.ts";
import { commandFlags } from "../commands/lookup.ts";
import type { Shape } from "../commands/spec.ts";
import { BusyPoll } from "../connection/busy_poll.ts";
import type { Call, ReplySource } from "../connection/call.ts";
import { verbOf } from "../connection/command.ts";
import type { Connection, ConnectionContext } from "../connection/connection.ts";
import { ArgumentError, ConnectionLostError, PoolError, ReplyError, TimeoutError } from "../errors.ts";
import { Durations } from "../observability/durations.ts";
import type { Listener, ListenerOptions } from "../observability/fenced_target.ts";
import type { RedisObserver } from "../observability/observer.ts";
import { Outcomes } from "../observability/outcomes.ts";
import type { RedisPoolStats } from "../observability/stats.ts";
import type { TraceTarget } from "../observability/trace.ts";
import { type AcquireOptions, Pool } from "../pool/pool.ts";
import type { Argument } from "../resp/encoder.ts";
import { Audience } from "./audience.ts";
import type { BatchCommand } from "./batch_call.ts";
import { acquireProblem, callProblem, closeProblem } from "./call_options.ts";
import { ShapedCall } from "./calls.ts";
import type { CallOptions } from "./cancellable_call.ts";
import type { CommandWatch } from "./command_watch.ts";
import type { Dispatcher, ViewOptions } from "./dispatcher.ts";
import { ExclusiveOwner } from "./exclusive_owner.ts";
import { Lane } from "./lane.ts";
import type { Settings } from "./options.ts";
import { type Pipeline, pipelineOf, type Transaction, transactionOf } from "./pipeline.ts";
import { LeaseClient } from "./redis_lease.ts";
import { RetryRule } from "./retry.ts";
import { SideProbe } from "./side_probe.ts";
import { noArguments, startBatch, startCall } from "./start_call.ts";
import { Unfitness } from "./unfitness.ts";
import { WatchedFactory, watchedLease } from "./watched.ts";
import { type PoolView, viewOf } from "./view.ts";

/** The pool of one server. */
export class PoolClient implements Dispatcher, AsyncDisposable {
  /** Name of the pool in metrics and traces. */
  readonly name: string;
  /** Where its connections go to. */
  readonly target: TraceTarget;
  readonly #settings: Settings;
  readonly #audience: Audience;
  readonly #watch: CommandWatch;
  readonly #context: ConnectionContext;
  readonly #pool: Pool<Connection, LeaseClient>;
  readonly #lane: Lane;
  readonly #outcomes = new Outcomes();
  readonly #unfitness: Unfitness;
  readonly #probe: SideProbe;
  /** Connections for blocking commands; made with the first of them. */
  #blocking: Pool<Connection, LeaseClient> | undefined;
  #closed: Promise<void> | undefined;
  readonly #unsubscribe: (() => void) | undefined;

  /** Makes a pool; nothing is opened. */
  constructor(settings: Settings) {
    const { clock, commandTimeoutMs, stallTimeoutMs, limits, platform, mapping, endpoint } = settings;
    const { nextTurn } = platform;
    // Commands in flight hold the process by their socket, so their deadlines need not.
    const deadlines = new Deadlines(clock, false);
    this.#settings = settings;
    this.name = settings.name;
    this.target = targetOf(settings);
    this.#audience = new Audience(this.target, clock, platform.tracingChannels?.());
    this.#watch = this.#audience.watch;
    if (settings.observer !== undefined) this.#audience.add(settings.observer);
    this.#context = {
      clock,
      deadlines,
      commandTimeoutMs,
      stallTimeoutMs,
      limits,
      platform,
      mapping,
      endpoint,
      outcomes: this.#outcomes,
      busyPoll: nextTurn && new BusyPoll(nextTurn),
      onPush: this.#audience.pushed,
    };
    this.#unfitness = new Unfitness(settings.evictOn, clock, (code) => this.invalidate(code));
    this.#probe = new SideProbe((controller) => this.#connectAside(controller), (error) => {
      // Who refuses has answered.
      if (this.#closed === undefined && !(error instanceof ReplyError)) this.#pool.distrust(error);
    });
    this.#pool = this.#poolOf({
      ...settings.pool,
      lease: watchedLease((settings.pool.lease ?? LeaseClient) as typeof LeaseClient, this.#watch),
      onWaiter: () => this.#lane.yield(),
      onRetire: (connection) => this.#lane.retire(connection),
      onSilent: (connection) => this.#lane.keepAlive(connection, settings.pool.validateTimeoutMs || 1000),
    });
    const ruleOf = (accepted: () => number) => new RetryRule(settings.retry, clock, accepted);
    this.#lane = new Lane(this.#pool, settings.shared, this.#context, mapping, {
      onErrorReply: (_, error) => this.#unfitness.shows(error),
      onStalled: (connection) => this.#askFor(connection),
    }, ruleOf);
    this.#unsubscribe = settings.provider?.subscribe(() => this.invalidate("credentials"));
  }

  #poolOf(options: Settings["pool"], context = this.#context): Pool<Connection, LeaseClient> {
    const factory = this.#factory(context);
    const pool = new Pool<Connection, LeaseClient>(factory, { lease: LeaseClient, ...options });
    this.#audience.attend(pool);
    factory.onClose = (connection, error) => pool.poison(connection, error.code);
    return pool;
  }

  #factory(context = this.#context): WatchedFactory {
    const owner = new ExclusiveOwner({
      onErrorReply: (connection, error) => {
        if (this.#unfitness.shows(error)) connection.retire();
      },
      onStalled: (connection) => this.#askFor(connection),
    });
    return new WatchedFactory(this.#settings.factory, context, owner, this.#watch);
  }

  /** A connection is silent: asks whether the server is. */
  #askFor(connection: Connection): void {
    this.#outcomes.stalls++;
    this.#probe.ask(connection);
  }

  /** One connection more than `maxSize`, for a question that a silent one cannot answer. */
  async #connectAside(controller: AbortController): Promise<Connection> {
    const { clock } = this.#context;
    const timer = clock.setTimer(() => controller.abort(), this.#settings.pool.validateTimeoutMs || 1000, false);
    try {
      return await this.#factory().connect(controller.signal);
    } finally {
      clock.clearTimer(timer);
    }
  }

  /** Runs a command without options on the shared lane. */
  dispatch(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    if (--this.#watch.unwatched >= 0 && this.#lane.load.count > 0) return this.#lane.send(args, call);
    if (!this.#watch.look()) return this.#lane.send(args, call);
    return this.#watch.command("shared", args, () => this.#lane.send(args, call));
  }

  /** Runs any command. */
  send(args: readonly Argument[], options?: CallOptions): Promise<unknown> {
    if (!Array.isArray(args)) return Promise.reject(noArguments());
    const { stateful, blocking } = commandFlags(args);
    if (options === undefined && !stateful && !blocking) return this.dispatch(args, undefined);
    const problem = callProblem(options);
    return problem === undefined ? this.run(args, undefined, options ?? {}) : Promise.reject(problem);
  }

  /** Runs a command with options, wherever it may run. */
  run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
    if (!Array.isArray(args)) return Promise.reject(noArguments());
    if (this.#closed !== undefined) return Promise.reject(closedError());
    const { stateful, blocking } = commandFlags(args);
    if (stateful) return Promise.reject(statefulError(args));
    if (!this.#watch.hearsCommands) return this.#start(args, shape, options, blocking);
    return this.#watch.command(
      blocking ? "blocking" : "shared",
      args,
      () => this.#start(args, shape, options, blocking),
    );
  }

  #start(
    args: readonly Argument[],
    shape: Shape | undefined,
    options: ViewOptions,
    blocking: boolean,
  ): Promise<unknown> {
    if (blocking) return this.#runBlocking(args, shape, options);
    return startCall(this.#lane, args, shape, options, this.#lane.prepare);
  }

  async #runBlocking(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
    const { signal, timeoutMs } = options;
    const { clock } = this.#context;
    const start = clock.now();
    this.#blocking ??= this.#poolOf(
      { ...this.#settings.pool, minIdle: 0, ...this.#settings.blocking },
      // Nobody stays awake for what waits on purpose.
      { ...this.#context, busyPoll: undefined },
    );
    return await this.#blocking.use((lease) => {
      const leftMs = timeoutMs && Math.max(1, timeoutMs - (clock.now() - start));
      return lease.run(args, shape, { ...options, timeoutMs: leftMs });
    }, { signal, timeoutMs });
  }

  /** Refuses what needs a connection of its own. */
  checkBatched(args: readonly Argument[]): void {
    if (!Array.isArray(args)) throw noArguments();
    const { stateful, blocking } = commandFlags(args);
    if (stateful || blocking) throw statefulError(args);
  }

  /** Runs commands together on the shared lane. */
  runBatch(
    commands: readonly BatchCommand[],
    options: ViewOptions,
    finish: (results: unknown[], source: ReplySource) => unknown,
  ): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    const lane = this.#lane;
    if (!this.#watch.hearsBatches) return startBatch(lane, commands, options, finish, lane.prepare);
    return this.#watch.batch("shared", commands, () => startBatch(lane, commands, options, finish, lane.prepare));
  }

  /** The same pool with options applied to each call. */
  with(options: ViewOptions): PoolView {
    return viewOf(this, options);
  }

  /** Commands that leave together. */
  pipeline(): Pipeline {
    return pipelineOf(this, {});
  }

  /** Commands that run as one. */
  multi(): Transaction {
    return transactionOf(this, {});
  }

  /** Takes an exclusive connection. */
  acquire(options?: AcquireOptions): Promise<LeaseClient> {
    const problem = this.#closed === undefined ? acquireProblem(options) : closedError();
    if (problem !== undefined) return Promise.reject(problem);
    return this.#watch.hearsAcquires
      ? this.#watch.acquire(() => this.#pool.acquire(options))
      : this.#pool.acquire(options);
  }

  /** Takes an idle connection if there is one. */
  tryAcquire(): LeaseClient | undefined {
    return this.#closed === undefined ? this.#pool.tryAcquire() : undefined;
  }

  /** Acquires, runs `fn`, releases. */
  use<T>(fn: (lease: LeaseClient) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    const problem = this.#closed === undefined ? acquireProblem(options) : closedError();
    return problem === undefined ? this.#use(fn, options) : Promise.reject(problem);
  }

  async #use<T>(fn: (lease: LeaseClient) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    const lease = await this.acquire(options);
    try {
      return await fn(lease);
    } finally {
      lease.release();
    }
  }

  /** Opens `minIdle` connections, at least one. */
  ready(): Promise<void> {
    return this.#closed === undefined ? this.#pool.ready() : Promise.reject(closedError());
  }

  /** Opens connections until there are `count`. */
  warm(count: number): Promise<void> {
    return this.#closed === undefined ? this.#pool.warm(count) : Promise.reject(closedError());
  }

  /** Declares every connection unfit. */
  invalidate(reason: string): void {
    this.#pool.invalidate(reason);
    this.#blocking?.invalidate(reason);
  }

  /** Changes the limits of the running pool. */
  resize(limits: { maxSize?: number; minIdle?: number }): void {
    this.#pool.resize(limits);
  }

  /** Lets everybody wait. */
  suspend(): void {
    this.#pool.suspend();
  }

  /** Ends `suspend`. */
  resume(): void {
    this.#pool.resume();
  }

  /** Listens to what happens in the pool. */
  addEventListener(type: string, listener: Listener | null, options?: ListenerOptions | boolean): void {
    this.#audience.listen(type, listener, options);
  }

  /** Listens no longer. */
  removeEventListener(type: string, listener: Listener | null): void {
    this.#audience.unlisten(type, listener);
  }

  /** Has an observer told of what happens. */
  observe(observer: RedisObserver): () => void {
    return this.#audience.add(observer);
  }

  /** The numbers now. */
  stats(): RedisPoolStats {
    const { count, bytes } = this.#lane.load;
    const outcomes = this.#outcomes;
    return {
      ...this.#pool.stats(),
      queuedCommands: count,
      queuedBytes: bytes,
      ...this.#lane.survey(),
      retries: outcomes.retries,
      stalls: outcomes.stalls,
      commands: outcomes.counts,
      commandFailuresByCode: Object.fromEntries(outcomes.failuresByCode),
      command: new Durations(this.#lane.times),
      blocking: this.#blocking?.stats(),
    };
  }

  /** Lets accepted work finish, then closes. */
  close(options: { timeoutMs?: number } = {}): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    const problem = closeProblem(options);
    if (problem !== undefined) return Promise.reject(problem);
    return this.#closed = this.#close(options.timeoutMs ?? 5000);
  }

  async #close(timeoutMs: number): Promise<void> {
    const { clock, endpoint } = this.#context;
    fenced(() => this.#unsubscribe?.());
    const start = clock.now();
    this.#pool.turnLeasesAway();
    const isDrained = await within(this.#lane.drained(), timeoutMs, clock);
    this.#lane.close(lostByClose(endpoint));
    const leftMs = timeoutMs === 0 ? 0 : Math.max(1, timeoutMs - (clock.now() - start));
    try {
      await Promise.all([this.#pool.close({ timeoutMs: leftMs }), this.#blocking?.close({ timeoutMs: leftMs })]);
    } finally {
      this.#stop();
    }
    if (!isDrained) throw closeTimeout(timeoutMs);
  }

  /** Ends everything at once. */
  async destroy(): Promise<void> {
    if (this.#closed === undefined) fenced(() => this.#unsubscribe?.());
    this.#closed ??= Promise.resolve();
    this.#lane.close(lostByClose(this.#context.endpoint));
    await Promise.all([this.#pool.destroy(), this.#blocking?.destroy()]);
    this.#stop();
  }

  /** Nothing is left that could be late or silent. */
  #stop(): void {
    this.#context.deadlines.stop();
    this.#probe.stop();
  }

  /** Closes at the end of an `await using` scope. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
}

defineCommands<PoolClient, Promise<unknown>>(PoolClient.prototype, commandSpecs, ({ shape, checked }) => {
  const call = shape && new ShapedCall(shape);
  return function (args) {
    return checked ? this.run(args, shape, {}) : this.dispatch(args, call);
  };
});

defineCommands<PoolClient, Promise<unknown>>(PoolClient.prototype, blockingSpecs, ({ shape }) =>
  function (args) {
    return this.run(args, shape, {});
  });

function targetOf({ name, factory: { target, session } }: Settings): TraceTarget {
  const { host, port, path } = target;
  return {
    pool: name,
    database: session.db,
    serverAddress: path ?? host,
    serverPort: path === undefined ? port : undefined,
  };
}

function closedError(): PoolError {
  return new PoolError("POOL_CLOSED", "the pool is closed");
}

/** What ends commands that were still in flight when the pool was closed. */
function lostByClose(endpoint: string): ConnectionLostError {
  return new ConnectionLostError("CONN_CLOSED", "the pool was closed", { endpoint });
}

function closeTimeout(timeoutMs: number): TimeoutError {
  return new TimeoutError("CLOSE_TIMEOUT", `commands were still in flight ${timeoutMs} ms after close()`);
}

/** Whether `work` is done within the time; 0 is for ever. */
function within(work: Promise<void>, timeoutMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = timeoutMs === 0 ? undefined : clock.setTimer(() => resolve(false), timeoutMs, true);
    work.then(() => {
      clock.clearTimer(timer);
      resolve(true);
    });
  });
}

function statefulError(args: readonly Argument[]): ArgumentError {
  const command = verbOf(args);
  const message = `${command} cannot run among other callers' commands; run it on a lease: pool.acquire()`;
  return new ArgumentError("STATEFUL_COMMAND", message, 0, { command });
}
