/**
 * The events of a pool.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import { FencedTarget, type Listener, type ListenerOptions } from "../observability/fenced_target.ts";
import type { LeakReport, RedisObserver } from "../observability/observer.ts";

/** The events of a pool by type, and what each tells in its `detail`. */
export interface PoolEvents {
  /** A connection was made. */
  connect: {
    /** How long it took: socket and handshake. */
    readonly elapsedMs: number;
  };
  /** There is a connection, after there was none. */
  ready: Readonly<Record<never, never>>;
  /** A connection ends. */
  close: {
    /** Why. */
    readonly reason: string;
  };
  /** Connecting has failed and will be tried again. */
  reconnecting: {
    /** Counts from 1 since the last success. */
    readonly attempt: number;
    /** How far away the next attempt is. */
    readonly delayMs: number;
  };
  /** A lease was handed out. */
  acquire: {
    /** How long its holder has waited. */
    readonly waitMs: number;
  };
  /** A lease came back. */
  release: {
    /** How long it was held. */
    readonly heldMs: number;
  };
  /** A lease is held for longer than `leakDetectionMs`. */
  leak: LeakReport;
  /** The circuit changed its state. */
  circuit: {
    /** What it is now. */
    readonly state: CircuitState;
  };
  /** All connections were declared unfit. */
  invalidate: {
    /** Why. */
    readonly reason: string;
  };
  /** The server sent what no command had asked for. */
  push: {
    /** As the server sent it. */
    readonly push: readonly unknown[];
  };
  /** An attempt to connect failed. Callers are told by their own promises. */
  error: {
    /** Why. */
    readonly error: unknown;
  };
}

/** An event of a pool. */
export interface PoolEvent<K extends keyof PoolEvents = keyof PoolEvents> {
  /** Which one. */
  readonly type: K;
  /** What is known about it. */
  readonly detail: PoolEvents[K];
}

/** Called with each event of a type. What it throws or rejects with changes nothing. */
export type PoolEventListener<K extends keyof PoolEvents> =
  | ((event: PoolEvent<K>) => unknown)
  | {
    /** Is called. */
    handleEvent(event: PoolEvent<K>): unknown;
  };

type Dispatch = (type: keyof PoolEvents, detail: object) => void;

/** What a listener to each type has to hear. */
const observerOf: { readonly [K in keyof PoolEvents]: (tell: (detail: PoolEvents[K]) => void) => RedisObserver } = {
  connect: (tell) => ({ connect: (elapsedMs) => tell({ elapsedMs }) }),
  ready: (tell) => ({ ready: () => tell({}) }),
  close: (tell) => ({ close: (reason) => tell({ reason }) }),
  reconnecting: (tell) => ({ reconnecting: (attempt, delayMs) => tell({ attempt, delayMs }) }),
  acquire: (tell) => ({ acquire: (waitMs) => tell({ waitMs }) }),
  release: (tell) => ({ release: (heldMs) => tell({ heldMs }) }),
  leak: (tell) => ({ leak: tell }),
  circuit: (tell) => ({ circuit: (state) => tell({ state }) }),
  invalidate: (tell) => ({ invalidate: (reason) => tell({ reason }) }),
  push: (tell) => ({ push: (push) => tell({ push }) }),
  error: (tell) => ({ connectFailed: (error) => tell({ error }) }),
};

/** Makes events of what observers hear. A type that nobody has listened to costs nothing. */
export class PoolEventTarget {
  readonly #target = new FencedTarget();
  readonly #heard = new Set<string>();
  readonly #observe: (observer: RedisObserver) => unknown;

  /** `observe` has an observer told of what happens in the pool. */
  constructor(observe: (observer: RedisObserver) => unknown) {
    this.#observe = observe;
  }

  /** Listens. */
  add(type: string, listener: Listener | null, options?: ListenerOptions | boolean): void {
    this.#hear(type);
    this.#target.addEventListener(type, listener, options);
  }

  /** Listens no longer. */
  remove(type: string, listener: Listener | null): void {
    this.#target.removeEventListener(type, listener);
  }

  #hear(type: string): void {
    if (this.#heard.has(type) || !Object.hasOwn(observerOf, type)) return;
    this.#heard.add(type);
    const dispatch: Dispatch = (name, detail) => this.#target.dispatchEvent(new CustomEvent(name, { detail }));
    const make = observerOf[type as keyof PoolEvents] as (tell: (detail: object) => void) => RedisObserver;
    this.#observe(make((detail) => dispatch(type as keyof PoolEvents, detail)));
  }
}
