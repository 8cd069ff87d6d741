/**
 * Who hears of commands, and how they are told.
 *
 * Whether anybody listens to a channel has to be asked, and even that would cost a busy pool two in a hundred. So not
 * every command asks: an observer is heeded at once, a new tracer within a few commands.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { fenced } from "../base/fenced.ts";
import type { RedisObserver } from "../observability/observer.ts";
import type { AcquireTrace, CommandTrace, ConnectTrace, TraceTarget } from "../observability/trace.ts";
import { isHeard, OpenTrace, traced, type TracingChannel, type TracingChannels } from "../observability/tracing.ts";
import type { Argument } from "../resp/encoder.ts";
import type { BatchCommand } from "./batch_call.ts";
import { batchOf, OpenCommandTrace } from "./command_trace.ts";

/** One who hears of commands. */
interface Listener {
  readonly observer: RedisObserver;
  /** Whether he hears of the start. */
  readonly hearsStart: boolean;
  /** Whether he hears of every end. */
  readonly hearsEnd: boolean;
  /** What is slow for him. */
  readonly slowMs: number;
}

/** So many commands may pass between two looks while others are under way; the first of a quiet pool always looks. */
const longestUnwatched = 64;

/** Watches the commands, the connects and the acquires of one pool. */
export class CommandWatch {
  readonly #target: TraceTarget;
  readonly #clock: Clock;
  readonly #channels: TracingChannels | undefined;
  /** How many more commands may pass before the next look. */
  unwatched = 0;
  #listeners: readonly Listener[] = [];
  #isObserved = false;

  /** Watches for nobody yet, except who listens to `channels`. */
  constructor(target: TraceTarget, clock: Clock, channels: TracingChannels | undefined) {
    this.#target = target;
    this.#clock = clock;
    this.#channels = channels;
  }

  /** Tells one more. Returns what ends it. */
  add(observer: RedisObserver): () => void {
    let listener: Listener | undefined;
    fenced(() => {
      const { commandStart, commandEnd, slow, slowMs } = observer;
      const hearsSlow = slow !== undefined && typeof slowMs === "number" && slowMs >= 0;
      const hearsStart = commandStart !== undefined;
      const hearsEnd = commandEnd !== undefined;
      if (!hearsStart && !hearsEnd && !hearsSlow) return;
      listener = { observer, hearsStart, hearsEnd, slowMs: hearsSlow ? slowMs : Infinity };
    });
    if (listener !== undefined) this.#listen([...this.#listeners, listener]);
    return () => this.#listen(this.#listeners.filter((other) => other !== listener));
  }

  #listen(listeners: readonly Listener[]): void {
    this.#listeners = listeners;
    this.#isObserved = listeners.length > 0;
    this.unwatched = 0;
  }

  /** Looks whether anybody hears of commands. */
  look(): boolean {
    const isHeard = this.hearsCommands;
    this.unwatched = isHeard ? 0 : longestUnwatched;
    return isHeard;
  }

  /** Whether anybody hears of commands. */
  get hearsCommands(): boolean {
    return this.#isObserved || isHeard(this.#channels?.command);
  }

  /** Whether anybody hears of batches. */
  get hearsBatches(): boolean {
    return this.#isObserved || isHeard(this.#channels?.batch);
  }

  /** Whether anybody hears of acquires. */
  get hearsAcquires(): boolean {
    return isHeard(this.#channels?.acquire);
  }

  /** Runs a command and tells of it. */
  command<R>(lane: CommandTrace["lane"], args: readonly Argument[], run: () => Promise<R>): Promise<R> {
    return this.#watch(this.#channels?.command, new OpenCommandTrace(this.#target, lane, args), run);
  }

  /** Runs a batch and tells of it. */
  batch<R>(lane: CommandTrace["lane"], commands: readonly BatchCommand[], run: () => Promise<R>): Promise<R> {
    return this.#watch(this.#channels?.batch, new OpenCommandTrace(this.#target, lane, [], batchOf(commands)), run);
  }

  /** Opens a connection and tells of it. */
  connect<R>(run: () => Promise<R>): Promise<R> {
    return isHeard(this.#channels?.connect) ? this.#trace(this.#channels?.connect, run) : run();
  }

  /** Acquires a lease and tells of it. */
  acquire<R>(run: () => Promise<R>): Promise<R> {
    return this.#trace(this.#channels?.acquire, run);
  }

  #trace<R>(channel: TracingChannel<ConnectTrace & AcquireTrace> | undefined, run: () => Promise<R>): Promise<R> {
    return traced(channel, new OpenTrace(this.#target), this.#clock, run);
  }

  #watch<R>(
    channel: TracingChannel<CommandTrace> | undefined,
    trace: OpenCommandTrace,
    run: () => Promise<R>,
  ): Promise<R> {
    const listeners = this.#listeners;
    for (const { observer, hearsStart } of listeners) {
      if (hearsStart) fenced(() => observer.commandStart?.(trace));
    }
    const heard = isHeard(channel) ? channel : undefined;
    return traced(heard, trace, this.#clock, run, () => {
      for (const { observer, hearsEnd, slowMs } of listeners) {
        if (hearsEnd) fenced(() => observer.commandEnd?.(trace));
        if (trace.elapsedMs! >= slowMs) fenced(() => observer.slow?.(trace));
      }
    });
  }
}
