/**
 * The workloads, by name.
 *
 * @module
 */
import { type DataName } from "./data.ts";

/** What one call does. */
export type Work = "get" | "pipeline";

/** A workload: callers that each make one call after the other. */
export interface Workload {
  /** Its name on the command line and in every table. */
  readonly name: string;
  /** What it is, for the reader of a table. */
  readonly title: string;
  /** What one call does. */
  readonly work: Work;
  /** How many callers there are. */
  readonly callers: number;
  /** Commands in one call. */
  readonly batch: number;
  /** What is fetched. */
  readonly data: DataName;
}

function gets(name: string, title: string, callers: number): Workload {
  return { name, title, work: "get", callers, batch: 1, data: "nine" };
}

function pipeline(batch: number): Workload {
  const title = `one caller, pipelines of ${batch} GETs`;
  return {
    name: `pipeline-${batch}`,
    title,
    work: "pipeline",
    callers: 1,
    batch,
    data: "nine",
  };
}

/** Every workload, in the order in which they run. */
export const workloads: readonly Workload[] = [
  gets("sequential", "one caller, GET of 9 bytes", 1),
  gets("concurrent-10", "10 callers, GET of 9 bytes", 10),
  gets("concurrent-50", "50 callers, GET of 9 bytes", 50),
  gets("concurrent-1000", "1000 callers, GET of 9 bytes", 1000),
  pipeline(50),
  pipeline(100),
];
