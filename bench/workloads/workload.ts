/**
 * The workloads, by name.
 *
 * @module
 */
import type { DataName } from "./data.ts";

/** What one call does. */
export type Work =
  | "get"
  | "get-bytes"
  /** GET, and a search through the text: some runtimes put off a part of the work until it is looked into. */
  | "get-searched"
  | "set"
  | "lrange"
  | "pipeline"
  /** Acquire, GET, release. */
  | "lease"
  /** Acquire, release. */
  | "hold"
  /** Acquire, let others run, release. */
  | "crowd"
  /** GETs of 9 bytes while one more caller fetches 5 MB over and over. */
  | "mixed";

/** A workload: callers that each make one call after the other. */
export interface Workload {
  /** Its name on the command line and in every table. */
  readonly name: string;
  /** What it is, for the reader of a table. */
  readonly title: string;
  readonly work: Work;
  readonly callers: number;
  /** Operations in one call. */
  readonly batch: number;
  /** What is fetched or stored. */
  readonly data: DataName;
  /** Connections of the pools; other clients do as they like. */
  readonly connections: number;
  /** Which question it answers: which client is faster, or what more callers or longer values cost. */
  readonly group: "main" | "callers" | "values";
}

function workload(name: string, title: string, fields: Partial<Workload> = {}): Workload {
  const plain = { work: "get", callers: 1, batch: 1, data: "9 B", connections: 50, group: "main" } as const;
  return { ...plain, ...fields, name, title };
}

function pipeline(batch: number): Workload {
  return workload(`pipeline-${batch}`, `one caller, pipelines of ${batch} GETs`, { work: "pipeline", batch });
}

function callers(count: number, group: "main" | "callers"): Workload {
  return workload(`concurrent-${count}`, `${count} callers, GET of 9 bytes`, { callers: count, group });
}

function values(name: DataName): Workload {
  const title = `10 callers, GET of ${name}`;
  return workload(`value-${name.replace(" ", "").toLowerCase()}`, title, { callers: 10, data: name, group: "values" });
}

const crowdTitle = "1000 callers on 10 connections, acquire and release";

/** Every workload, in the order in which they run. */
export const workloads: readonly Workload[] = [
  workload("sequential", "one caller, GET of 9 bytes"),
  callers(10, "main"),
  callers(50, "main"),
  callers(1000, "main"),
  pipeline(50),
  pipeline(100),
  workload("lease-50", "50 callers on 10 connections, acquire, GET, release", {
    work: "lease",
    callers: 50,
    connections: 10,
  }),
  workload("acquire-release", "one caller, acquire and release", { work: "hold", batch: 1000, connections: 10 }),
  workload("acquire-release-1000", crowdTitle, { work: "crowd", callers: 1000, batch: 100, connections: 10 }),
  workload("mixed-sizes", "50 callers, GET of 9 bytes, while another one fetches 5 MB values", {
    work: "mixed",
    callers: 50,
  }),
  workload("get-1mb", "one caller, GET of 1 MB as text", { data: "1 MB" }),
  workload("get-1mb-searched", "one caller, GET of 1 MB as text and a search through it", {
    work: "get-searched",
    data: "1 MB",
  }),
  workload("get-1mb-bytes", "one caller, GET of 1 MB as bytes", { work: "get-bytes", data: "1 MB" }),
  workload("set-1mb", "one caller, SET of 1 MB of text", { work: "set", data: "1 MB" }),
  workload("lrange-100k", "one caller, LRANGE of 100 000 elements of 8 bytes", { work: "lrange", data: "list" }),
  ...[100, 10_000, 100_000].map((count) => callers(count, "callers")),
  ...(["10 B", "100 B", "1 KB", "10 KB", "100 KB", "1 MB", "5 MB"] as const).map(values),
];

/** Finds a workload. */
export function workloadNamed(name: string): Workload {
  const found = workloads.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no workload ${name}`);
  return found;
}
