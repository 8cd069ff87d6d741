/**
 * What is to be run where, and about how long it takes.
 *
 * @module
 */
import { type ClientEntry, clients } from "../clients/catalogue.ts";
import { families, type Family } from "../workloads/families.ts";
import { oneShots } from "../workloads/one_shot.ts";
import { workloads } from "../workloads/workload.ts";
import type { BenchOptions } from "./options.ts";
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

/** The clients of the chosen ones that a workload is meant for. */
function clientsFor(workload: string, family: Family, kind: RuntimeKind, chosen: readonly string[]): string[] {
  const group = workloads.find(({ name }) => name === workload)?.group ?? "main";
  const isAsked = ({ name, only, role, inGrowth, connect }: ClientEntry): boolean => {
    if (!chosen.includes(name) || (only ?? kind) !== kind) return false;
    if (family === "load") return group === "main" || inGrowth === true;
    if (family === "startup") return name in oneShots;
    return connect !== undefined && role !== "raw";
  };
  return clients.filter(isAsked).map(({ name }) => name);
}

/** The steps of one runtime on one server. */
export function planSteps(options: BenchOptions, kind: RuntimeKind): Step[] {
  return options.workloads.map((workload) => {
    const family = families.get(workload)!;
    const names = clientsFor(workload, family, kind, options.clients);
    return { workload, family, clients: names, ...estimate(family, names.length, options) };
  });
}

function estimate(family: Family, clients: number, { rounds, seconds }: BenchOptions) {
  switch (family) {
    case "load":
      return { turns: clients * (rounds + 1), secondsPerTurn: seconds + 0.1 };
    case "startup":
      return { turns: clients * (rounds + 1), secondsPerTurn: 0.3 };
    case "fault":
      return { turns: clients * 2, secondsPerTurn: 1.5 };
    case "memory":
      return { turns: clients, secondsPerTurn: 4 };
  }
}
