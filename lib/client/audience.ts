/**
 * Everyone who hears of what happens in one pool: observers, and listeners to its events.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { fenced } from "../base/fenced.ts";
import type { Listener, ListenerOptions } from "../observability/fenced_target.ts";
import type { PoolObserver, RedisObserver } from "../observability/observer.ts";
import type { TraceTarget } from "../observability/trace.ts";
import type { TracingChannels } from "../observability/tracing.ts";
import { CommandWatch } from "./command_watch.ts";
import { PoolEventTarget } from "./pool_events.ts";

/** A pool that can be observed. */
interface Observable {
  observe(observer: PoolObserver): () => void;
}

/** One who observes, and what ends it in each pool. */
interface Member {
  readonly observer: RedisObserver;
  readonly ends: (() => void)[];
}

/** Tells all of them. */
export class Audience {
  /** Those who hear of commands. */
  readonly watch: CommandWatch;
  readonly #members = new Set<Member>();
  readonly #pools: Observable[] = [];
  #events: PoolEventTarget | undefined;

  /** Nobody hears yet, except who listens to `channels`. */
  constructor(target: TraceTarget, clock: Clock, channels: TracingChannels | undefined) {
    this.watch = new CommandWatch(target, clock, channels);
  }

  /** Has what happens in `pool` told to all, to those who come later, too. */
  attend(pool: Observable): void {
    this.#pools.push(pool);
    for (const { observer, ends } of this.#members) ends.push(pool.observe(observer));
  }

  /** Tells one more. Returns what ends it. */
  add(observer: RedisObserver): () => void {
    const ends = [this.watch.add(observer), ...this.#pools.map((pool) => pool.observe(observer))];
    const member = { observer, ends };
    this.#members.add(member);
    return () => {
      this.#members.delete(member);
      for (const end of ends.splice(0)) end();
    };
  }

  /** The server sent what no command had asked for. */
  readonly pushed = (push: unknown[]): void => {
    for (const { observer } of this.#members) fenced(() => observer.push?.(push));
  };

  /** Has a listener called with each event of a type. */
  listen(type: string, listener: Listener | null, options?: ListenerOptions | boolean): void {
    this.#events ??= new PoolEventTarget((observer) => this.add(observer));
    this.#events.add(type, listener, options);
  }

  /** Ends it. */
  unlisten(type: string, listener: Listener | null): void {
    this.#events?.remove(type, listener);
  }
}
