/**
 * What is used of OpenTelemetry's API. A meter and a tracer of `@opentelemetry/api` have all of it.
 *
 * @module
 */

/** Names and values of a measurement or a span. */
export type OtelAttributes = Record<string, string | number | undefined>;

/** How an instrument is described. */
export interface OtelInstrumentOptions {
  /** One sentence. */
  description?: string;
  /** Unit of its numbers. */
  unit?: string;
  /** What an SDK should do unless it is told otherwise. */
  advice?: {
    /** Upper bounds of a histogram's buckets. */
    explicitBucketBoundaries?: number[];
  };
}

/** Takes measurements as they are made. */
export interface OtelHistogram {
  /** Takes one. */
  record(value: number, attributes?: OtelAttributes): void;
}

/** What is measured when somebody asks; only its identity matters. */
export type OtelObservable = object;

/** Takes measurements when somebody asks. */
export interface OtelObservableResult {
  /** Takes one. */
  observe(metric: OtelObservable, value: number, attributes?: OtelAttributes): void;
}

/** A function that is called when somebody asks. */
export type OtelCallback = (result: OtelObservableResult) => void;

/** Makes instruments. */
export interface OtelMeter {
  /** Makes a histogram. */
  createHistogram(name: string, options?: OtelInstrumentOptions): OtelHistogram;
  /** Makes a counter that is read when somebody asks. */
  createObservableCounter(name: string, options?: OtelInstrumentOptions): OtelObservable;
  /** The same for what goes up and down and can be added up. */
  createObservableUpDownCounter(name: string, options?: OtelInstrumentOptions): OtelObservable;
  /** The same for what cannot be added up. */
  createObservableGauge(name: string, options?: OtelInstrumentOptions): OtelObservable;
  /** Has a function called when somebody asks for these. */
  // deno-lint-ignore no-explicit-any
  addBatchObservableCallback(callback: OtelCallback, observables: any[]): void;
  /** Has it called no more. */
  // deno-lint-ignore no-explicit-any
  removeBatchObservableCallback(callback: OtelCallback, observables: any[]): void;
}

/** An operation that is traced. */
export interface OtelSpan {
  /** Adds attributes. */
  setAttributes(attributes: OtelAttributes): unknown;
  /** 1 is good, 2 is an error. */
  setStatus(status: { code: number }): unknown;
  /** It is over. */
  end(): void;
}

/** Makes spans. */
export interface OtelTracer {
  /** Begins one as a child of what is active. `kind` 2 is a client. */
  startSpan(name: string, options?: { kind?: number; attributes?: OtelAttributes }): OtelSpan;
}
