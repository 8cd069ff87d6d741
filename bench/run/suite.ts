/**
 * Carries out steps, one after the other, and turns each into a table.
 *
 * @module
 */
import type { AnyTable, Place } from "../report/report.ts";
import { faultTable, loadTable, memoryTable, startupTable, tunedSuffix } from "../report/summary.ts";
import { type BenchServer, openServer } from "../servers/server.ts";
import { data } from "../workloads/data.ts";
import type { FaultName } from "../workloads/fault.ts";
import type { MemoryResult } from "../workloads/memory.ts";
import { builtModule } from "./built_package.ts";
import { workerCommand, type WorkerKind } from "./commands.ts";
import { contest, type Rounds } from "./contest.ts";
import { Contestant } from "./contestant.ts";
import { contestFault } from "./faults.ts";
import type { Step } from "./plan.ts";
import type { RuntimeProgram } from "./programs.ts";
import type { Outcome } from "./protocol.ts";
import { contestStartups } from "./startups.ts";

/** Where steps are carried out. */
export interface Site {
  /** The name of the server, for steps that need one of their own. */
  readonly serverName: string;
  readonly server: BenchServer;
  readonly runtime: RuntimeProgram;
  readonly rounds: Rounds;
}

/** Carries out one step. */
export async function runStep(step: Step, site: Site): Promise<AnyTable> {
  const place: Place = { server: site.server.title, runtime: site.runtime.title, workload: step.workload };
  const { family } = step;
  switch (family) {
    case "load":
      return { family, table: loadTable(place, await contest(commandsOf(step, site, "load"), site.rounds)) };
    case "startup":
      return { family, table: startupTable(place, await runStartups(step, site)) };
    case "fault":
      return { family, table: faultTable(place, await runFault(step, site)) };
    case "memory":
      return { family, table: memoryTable(place, await runMemory(step, site)) };
  }
}

type Commands = ReadonlyMap<string, readonly string[]>;

function commandsOf(step: Step, { runtime, server }: Site, kind: WorkerKind, tuned = false): Commands {
  const { host, port } = server;
  const { workload } = step;
  const command = (client: string) => workerCommand(runtime, kind, { client, workload, host, port, tuned });
  return new Map(step.clients.map((client) => [client + (tuned ? tunedSuffix : ""), command(client)]));
}

async function runStartups({ clients }: Step, { runtime, server: { host, port }, rounds }: Site) {
  const { key } = data["9 B"];
  return await contestStartups(clients, runtime, { host, port, key, respool: builtModule(runtime.kind) }, rounds);
}

/** The server of a fault must not be one that others use. */
async function runFault(step: Step, site: Site) {
  const server = await openServer(site.serverName);
  try {
    const own = { ...site, server };
    const commands = new Map([...commandsOf(step, own, "fault"), ...commandsOf(step, own, "fault", true)]);
    return await contestFault(step.workload as FaultName, server, commands, site.rounds.onRound);
  } finally {
    await server.stop();
  }
}

/** A fresh process for each round: a heap that was weighed is not as it was. */
async function runMemory(step: Step, site: Site): Promise<Outcome<MemoryResult>[]> {
  const outcomes: Outcome<MemoryResult>[] = [];
  for (const [client, command] of commandsOf(step, site, "memory")) {
    site.rounds.onRound(client);
    outcomes.push(await weighOne(client, command));
  }
  return outcomes;
}

/** What is held hardly differs from one to the next. */
const weighings = 2;

async function weighOne(client: string, command: readonly string[]): Promise<Outcome<MemoryResult>> {
  let outcome: Outcome<MemoryResult> = { client, notApplicable: true };
  const results: MemoryResult[] = [];
  for (let i = 0; i < weighings; i++) {
    const one = new Contestant<MemoryResult>(client, command);
    await one.start();
    await one.run({ seconds: 0 });
    one.stop();
    outcome = one.outcome();
    if (!("results" in outcome)) return outcome;
    results.push(...outcome.results);
  }
  return { ...outcome, results } as Outcome<MemoryResult>;
}
