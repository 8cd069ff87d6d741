/**
 * The benchmark suite: respool, a bare socket and other clients at the same workloads, by turns.
 *
 * ```sh
 * deno task bench --quick
 * deno task bench --workloads concurrent-50,pipeline-100 --runtimes deno,bun,node
 * bun bench/main.ts
 * node bench/main.ts        # Node 22.18 or later
 * ```
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { addNotRun, addTable, emptyReport, type Report } from "./report/report.ts";
import { writeReport } from "./report/report_file.ts";
import { sheetOf, toText } from "./report/sheet.ts";
import { installRivals } from "./run/install_rivals.ts";
import { describeMachine } from "./run/machine.ts";
import { type BenchOptions, choiceFor, help, readOptions } from "./run/options.ts";
import { planSteps, type Step } from "./run/plan.ts";
import { findRuntime, type RuntimeProgram, thisRuntime } from "./run/programs.ts";
import { reasonOf } from "./run/reason.ts";
import { Progress } from "./run/progress.ts";
import { runStep } from "./run/suite.ts";
import { type BenchServer, openServer } from "./servers/server.ts";
import { titleOf } from "./workloads/families.ts";

/** What is to be done on one server with one runtime. */
interface Part {
  readonly serverName: string;
  readonly runtime: RuntimeProgram;
  readonly steps: readonly Step[];
}

class Bench {
  readonly #options: BenchOptions;
  readonly #parts: readonly Part[];
  readonly #progress = new Progress();
  readonly #endsAt: number;
  #report: Report;

  constructor(options: BenchOptions) {
    this.#options = options;
    this.#endsAt = performance.now() + options.minutes * 60_000;
    this.#report = emptyReport(describeMachine(), options);
    const runtimes = options.runtimes.flatMap((name) => this.#find(name));
    this.#parts = options.servers.flatMap((serverName, place) =>
      runtimes.map((runtime) => ({
        serverName,
        runtime,
        steps: planSteps(choiceFor(options, place), options, runtime.kind),
      }))
    );
    for (const part of this.#parts) this.#progress.plan(secondsOf(part));
  }

  #find(name: string): RuntimeProgram[] {
    try {
      return [findRuntime(name)];
    } catch (error) {
      this.#notRun(name, error);
      return [];
    }
  }

  async run(): Promise<void> {
    for (const name of this.#options.servers) {
      await this.#runServer(name, this.#parts.filter(({ serverName }) => serverName === name));
    }
    this.#save();
  }

  /** A server for each part, so that no runtime gets what another one did to it. */
  async #runServer(name: string, parts: readonly Part[]): Promise<void> {
    for (const [n, part] of parts.entries()) {
      let server: BenchServer;
      try {
        server = await openServer(name);
      } catch (error) {
        for (const missed of parts.slice(n)) this.#progress.plan(-secondsOf(missed));
        return this.#notRun(name, error);
      }
      await this.#runPart(part, server);
    }
  }

  async #runPart(part: Part, server: BenchServer): Promise<void> {
    try {
      for (const step of part.steps) await this.#tryStep(step, part, server);
    } finally {
      await server.stop();
    }
  }

  /** What goes wrong with one workload must not cost the others. */
  async #tryStep(step: Step, { serverName, runtime }: Part, server: BenchServer): Promise<void> {
    try {
      if (performance.now() > this.#endsAt) throw new Error("the time for all of it was over");
      await this.#runStep(step, serverName, server, runtime);
    } catch (error) {
      this.#notRun(`${step.workload} on ${runtime.title} with ${server.title}`, error);
    }
    this.#save();
  }

  async #runStep(step: Step, serverName: string, server: BenchServer, runtime: RuntimeProgram): Promise<void> {
    const { rounds, seconds } = this.#options;
    const onRound = (client: string) =>
      this.#progress.step(`${server.title}, ${runtime.title}, ${step.workload}, ${client}`, step.secondsPerTurn);
    const result = await runStep(step, { serverName, server, runtime, rounds: { rounds, seconds, onRound } });
    this.#report = addTable(this.#report, result);
    const what = `${step.workload} on ${runtime.title} with ${server.title}: ${titleOf(step.workload)}`;
    this.#say(`\n${what}  [${this.#progress.state}]\n`);
    this.#say(toText(sheetOf(result)));
  }

  #notRun(what: string, error: unknown): void {
    const reason = reasonOf(error);
    this.#report = addNotRun(this.#report, what, reason);
    this.#say(`\n${what}: not run, ${reason}`);
  }

  /** After each table, so that a run that is cut off was not in vain. */
  #save(): void {
    const { json } = this.#options;
    if (json === undefined) return;
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, writeReport(this.#report));
  }

  #say(text: string): void {
    this.#progress.hide();
    console.log(text);
  }
}

function secondsOf({ steps }: Part): number {
  return steps.reduce((sum, { turns, secondsPerTurn }) => sum + turns * secondsPerTurn, 0);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), thisRuntime());
  if (options === undefined) return console.log(help);
  installRivals(options.clients);
  await new Bench(options).run();
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof Error ? `${error.name}: ${error.message}` : error,
  );
  process.exitCode = 1;
}
