/**
 * Spans and times of commands.
 *
 * Telling a tracer of a command takes longer than the command. So only a share of the time is spent on it: beyond that
 * the pool is not observed until the next tenth of a second begins, and its commands cost nothing meanwhile.
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
  /** The share of the time that may be spent on it; 1 is as long as it takes. */
  readonly share: number;
  readonly clock: Clock;
}

const windowMs = 100;
/** So many in a window are told of whatever it takes: an application that is not busy loses none. */
const always = 100;
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
  readonly #budgetMs: number;
  #spentMs = 0;
  #told = 0;
  #windowEndsAt = 0;
  #unobserve: (() => void) | undefined;
  #timer: Timer;

  /** Begins to observe. */
  constructor(pool: Observable, sinks: CommandSinks) {
    this.#pool = pool;
    this.#sinks = sinks;
    this.#budgetMs = sinks.share >= 1 ? Infinity : sinks.share * windowMs;
    this.#observe();
  }

  readonly #observe = (): void => {
    this.#timer = undefined;
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
    const { tracer, clock } = this.#sinks;
    const startedAt = clock.now();
    if (startedAt >= this.#windowEndsAt) {
      this.#windowEndsAt = startedAt + windowMs;
      this.#spentMs = this.#told = 0;
    }
    this.#told++;
    if (tracer !== undefined) {
      const options = { kind: client, attributes: spanAttributes(trace) };
      this.#spans.set(trace, tracer.startSpan(operationName(trace), options));
    }
    this.#spendSince(startedAt);
  }

  /** A command has ended. */
  commandEnd(trace: CommandTrace): void {
    const startedAt = this.#sinks.clock.now();
    this.#tell(trace, trace.error === undefined ? undefined : failureAttributes(trace.error));
    this.#spendSince(startedAt);
  }

  /** Counts the time; when there is none left, nothing more is heard until the window is over. */
  #spendSince(startedAt: number): void {
    const { clock } = this.#sinks;
    const now = clock.now();
    this.#spentMs += now - startedAt;
    if (this.#spentMs < this.#budgetMs || this.#told < always) return;
    if (this.#unobserve === undefined || now >= this.#windowEndsAt) return;
    this.#pause();
    this.#timer = clock.setTimer(this.#observe, this.#windowEndsAt - now, false);
  }

  #tell(trace: CommandTrace, failure: OtelAttributes | undefined): void {
    const span = this.#spans.get(trace);
    if (span !== undefined && failure !== undefined) {
      span.setAttributes(failure);
      span.setStatus({ code: failed });
    }
    span?.end();
    const attributes = this.#attributesOf(trace);
    const { elapsedMs = 0 } = trace;
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
