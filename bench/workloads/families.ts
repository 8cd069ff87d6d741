/**
 * All workloads of all kinds, by name.
 *
 * @module
 */
import { faultWorkloads } from "./fault.ts";
import { memoryWorkloads } from "./memory.ts";
import { startupWorkload } from "./startup.ts";
import { workloads } from "./workload.ts";

/** How a workload is carried out. */
export type Family = "load" | "startup" | "fault" | "memory";

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly family: Family;
}

function entries(family: Family, list: readonly { readonly name: string; readonly title: string }[]): Entry[] {
  return list.map(({ name, title }) => ({ name, title, family }));
}

const all: readonly Entry[] = [
  ...entries("load", workloads),
  ...entries("startup", [startupWorkload]),
  ...entries("fault", faultWorkloads),
  ...entries("memory", memoryWorkloads),
];

/** The family of each workload, in the order in which they run. */
export const families: ReadonlyMap<string, Family> = new Map(all.map(({ name, family }) => [name, family]));

/** What a workload is, in words. */
export function titleOf(workload: string): string {
  return all.find(({ name }) => name === workload)?.title ?? workload;
}
