/**
 * The SDKs of OpenTelemetry, fetched by the `test` task, as far as the tests use them.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { OtelMeter, OtelTracer } from "../../lib/observability/otel_api.ts";
import { findTool } from "../support/tools.ts";

/** One number, or one distribution. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number | { readonly count: number; readonly sum: number; readonly buckets: Buckets };
}

/** The buckets of a distribution. */
export interface Buckets {
  readonly boundaries: readonly number[];
  readonly counts: readonly number[];
}

/** What was collected of one instrument. */
export interface Collected {
  readonly descriptor: { readonly name: string; readonly type: string; readonly unit: string };
  readonly isMonotonic?: boolean;
  readonly dataPoints: readonly Point[];
}

/** A span that has ended. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
  readonly parentSpanContext?: { readonly spanId: string };
}

/** A meter and a tracer, and what they were told. */
export interface OpenTelemetry {
  readonly meter: OtelMeter;
  readonly tracer: OtelTracer;
  /** Everything that was measured, by name. */
  collect(): Promise<Map<string, Collected>>;
  /** The spans that have ended since the last call. */
  spans(): EndedSpan[];
}

interface MetricsSdk {
  MeterProvider: new (options: { readers: unknown[] }) => { getMeter(name: string): OtelMeter };
  MetricReader: new () => {
    collect(): Promise<{ resourceMetrics: { scopeMetrics: { metrics: Collected[] }[] }; errors: unknown[] }>;
  };
}

interface TraceSdk {
  BasicTracerProvider: new (options: { spanProcessors: unknown[] }) => { getTracer(name: string): OtelTracer };
  SimpleSpanProcessor: new (exporter: unknown) => unknown;
  InMemorySpanExporter: new () => { getFinishedSpans(): EndedSpan[]; reset(): void };
}

/** Starts both SDKs. */
export function startOpenTelemetry(): OpenTelemetry {
  const require = createRequire(join(findTool("opentelemetry")!, "..", "index.js"));
  const { MeterProvider, MetricReader } = require("@opentelemetry/sdk-metrics") as MetricsSdk;
  const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require(
    "@opentelemetry/sdk-trace-base",
  ) as TraceSdk;
  class Reader extends MetricReader {
    onForceFlush(): Promise<void> {
      return Promise.resolve();
    }
    onShutdown(): Promise<void> {
      return Promise.resolve();
    }
  }
  const reader = new Reader();
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  return {
    meter: new MeterProvider({ readers: [reader] }).getMeter("respool"),
    tracer: new BasicTracerProvider({ spanProcessors }).getTracer("respool"),
    async collect() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw errors[0];
      const metrics = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
      return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
    },
    spans() {
      const spans = exporter.getFinishedSpans();
      exporter.reset();
      return spans;
    },
  };
}
