/**
 * What is to be run where, and about how long it takes.
 *
 * @module
 */
import { type ClientEntry, clients } from "../clients/catalogue.ts";
import { families, type Family } from "../workloads/families.ts";
import { memoryWorkloads } from "../workloads/memory.ts";
import { oneShots } from "../workloads/one_shot.ts";
import { type Work, type Workload, workloads } from "../workloads/workload.ts";
import { warmUpRounds } from "./contest.ts";
import type { BenchOptions, Choice } from "./options.ts";
import type { RuntimeKind } from "./programs.ts";

/** One workload, all its clients. */
export interface Step {
  readonly workload: string;
  readonly family: Family;
  readonly clients: readonly string[];
  /** How often the progress bar moves, and about how many seconds lie between. */
  readonly turns: number;
  readonly secondsPerTurn: number;
}

const leaseWork: readonly Work[] = ["lease", "hold", "crowd"];
/** Where a client is also run with other options than its defaults. */
const tunedWorkloads = ["sequential", "concurrent-50", "concurrent-1000"];

function takesLoad(
  { leases, inGrowth, tunes }: ClientEntry,
  { name, work, group }: Workload,
): boolean {
  if (group !== "main") return inGrowth === true;
  if (leaseWork.includes(work)) return leases === true;
  return tunes === undefined || inGrowth === true ||
    tunedWorkloads.includes(name);
}

function takesMemory(
  { leases, inGrowth }: ClientEntry,
  workload: string,
): boolean {
  const { of } = memoryWorkloads.find(({ name }) => name === workload)!;
  return of === "idle connection" ? leases === true : inGrowth === true;
}

/** Whether a workload is meant for a client at all. */
function takesPart(
  entry: ClientEntry,
  workload: string,
  family: Family,
): boolean {
  const isPlain = entry.connect !== undefined && entry.role !== "raw" &&
    entry.tunes === undefined;
  switch (family) {
    case "load":
      return takesLoad(entry, workloads.find(({ name }) => name === workload)!);
    case "startup":
      return entry.name in oneShots;
    case "fault":
      return isPlain;
    case "memory":
      return isPlain && takesMemory(entry, workload);
  }
}

/** The steps of one runtime on one server. */
export function planSteps(
  choice: Choice,
  pace: Pick<BenchOptions, "rounds" | "seconds">,
  kind: RuntimeKind,
): Step[] {
  return choice.workloads.map((workload) => {
    const family = families.get(workload)!;
    const names = clients.filter((entry) =>
      choice.clients.includes(entry.name) && (entry.only ?? kind) === kind &&
      takesPart(entry, workload, family)
    ).map(({ name }) => name);
    return {
      workload,
      family,
      clients: names,
      ...estimate(family, names.length, pace),
    };
  }).filter(({ clients }) => clients.length > 0);
}

function estimate(
  family: Family,
  clients: number,
  { rounds, seconds }: Pick<BenchOptions, "rounds" | "seconds">,
) {
  switch (family) {
    case "load":
      return {
        turns: clients * (rounds + 1),
        secondsPerTurn: seconds * (rounds + warmUpRounds) / (rounds + 1) + 0.15,
      };
    case "startup":
      return { turns: clients * (rounds + 1), secondsPerTurn: 0.3 };
    case "fault":
      return { turns: clients * 2, secondsPerTurn: 1.2 };
    case "memory":
      return { turns: clients, secondsPerTurn: 4 };
  }
}
