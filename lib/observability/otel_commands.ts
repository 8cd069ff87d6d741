/**
 * Spans and times of commands.
 *
 * Telling a tracer of a command takes longer than the command. So no more than so many are told of in a second: beyond
 * it the pool is not observed until the next tenth of a second begins, and its commands cost nothing meanwhile.
 *
 * ```txt
 *   commands  ||||||||||||||||||||||||  ||||||||||||||||||||||||
 *   told of   ||||||                    ||||||
 *             └ a tenth of a second ──┘
 * ```
 *
 * @module
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { RedisObserver } from "./observer.ts";
import type { OtelAttributes, OtelHistogram, OtelSpan, OtelTracer } from "./otel_api.ts";
import { failureAttributes, operationAttributes, operationName, spanAttributes } from "./otel_attributes.ts";
import type { CommandTrace } from "./trace.ts";

/** Who can be observed. */
export interface Observable {
  /** Has an observer told; returns what ends it. */
  observe(observer: RedisObserver): () => void;
}

/** Where commands are told to. */
export interface CommandSinks {
  /** Takes their times in seconds. */
  readonly duration: OtelHistogram | undefined;
  /** Makes their spans. */
  readonly tracer: OtelTracer | undefined;
  /** How many a second; `Infinity` for all of them. */
  readonly perSecond: number;
  readonly clock: Clock;
}

const windowMs = 100;
/** The kind of span that the caller of a server makes. */
const client = 2;
const failed = 2;
/** Attributes of so many operations are kept. */
const maxKept = 256;

/** Tells of the commands of one pool until `stop`. */
export class OtelCommands implements RedisObserver {
  readonly #pool: Observable;
  readonly #sinks: CommandSinks;
  readonly #spans = new WeakMap<CommandTrace, OtelSpan>();
  readonly #attributes = new Map<string, OtelAttributes>();
  readonly #perWindow: number;
  #told = 0;
  #windowEndsAt = 0;
  #unobserve: (() => void) | undefined;
  #timer: Timer;

  /** Begins to observe. */
  constructor(pool: Observable, sinks: CommandSinks) {
    this.#pool = pool;
    this.#sinks = sinks;
    this.#perWindow = Math.max(1, sinks.perSecond * windowMs / 1000);
    this.#observe();
  }

  readonly #observe = (): void => {
    this.#timer = undefined;
    this.#told = 0;
    this.#windowEndsAt = this.#sinks.clock.now() + windowMs;
    this.#unobserve = this.#pool.observe(this);
  };

  /** Ends it. Commands under way are still told of. */
  stop(): void {
    this.#pause();
    this.#sinks.clock.clearTimer(this.#timer);
  }

  #pause(): void {
    this.#unobserve?.();
    this.#unobserve = undefined;
  }

  /** A command was called. */
  commandStart(trace: CommandTrace): void {
    const { tracer } = this.#sinks;
    if (tracer !== undefined) {
      const options = { kind: client, attributes: spanAttributes(trace) };
      this.#spans.set(trace, tracer.startSpan(operationName(trace), options));
    }
    if (++this.#told >= this.#perWindow) this.#rest();
  }

  /** Enough was told: unless the window is over, nothing is heard until it is. */
  #rest(): void {
    const { clock } = this.#sinks;
    const leftMs = this.#windowEndsAt - clock.now();
    this.#told = 0;
    if (leftMs <= 0) {
      this.#windowEndsAt += windowMs - leftMs;
    } else {
      this.#pause();
      this.#timer = clock.setTimer(this.#observe, leftMs, false);
    }
  }

  /** A command has ended. */
  commandEnd(trace: CommandTrace): void {
    const { elapsedMs = 0, error } = trace;
    const failure = error === undefined ? undefined : failureAttributes(error);
    const span = this.#spans.get(trace);
    if (span !== undefined && failure !== undefined) {
      span.setAttributes(failure);
      span.setStatus({ code: failed });
    }
    span?.end();
    const attributes = this.#attributesOf(trace);
    this.#sinks.duration?.record(elapsedMs / 1000, failure === undefined ? attributes : { ...attributes, ...failure });
  }

  #attributesOf(trace: CommandTrace): OtelAttributes {
    const key = trace.procedure === undefined ? operationName(trace) : `${trace.operation} ${trace.procedure}`;
    let attributes = this.#attributes.get(key);
    if (attributes === undefined) {
      attributes = operationAttributes(trace);
      if (this.#attributes.size < maxKept) this.#attributes.set(key, attributes);
    }
    return attributes;
  }
}
