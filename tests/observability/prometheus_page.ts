/**
 * Reads the text format of Prometheus with a parser of somebody else, fetched by the `test` task.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { findTool } from "../support/tools.ts";

/** A sample; of a histogram its buckets, by upper bound. */
export interface ParsedSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

/** A metric. */
export interface ParsedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly ParsedSample[];
}

/** Reads a page; throws when it is none. */
export function parsePage(text: string): Map<string, ParsedMetric> {
  const require = createRequire(join(findTool("prometheus")!, "..", "index.js"));
  const parser = require("parse-prometheus-text-format");
  const parse = (parser.default ?? parser) as (text: string) => ParsedMetric[];
  return new Map(parse(text).map((metric) => [metric.name, metric]));
}
