/**
 * The benchmark suite: respool, a bare socket and other clients at the same workloads, by turns.
 *
 * ```sh
 * deno task bench --quick
 * deno task bench --workloads concurrent-50,pipeline-100 --runtime deno,bun,node
 * bun bench/main.ts
 * node bench/main.ts        # Node 22.18 or later
 * ```
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { addTable, emptyReport, type Report } from "./report/report.ts";
import { writeReport } from "./report/report_file.ts";
import { sheetOf, toText } from "./report/sheet.ts";
import { installRivals } from "./run/install_rivals.ts";
import { describeMachine } from "./run/machine.ts";
import { type BenchOptions, help, readOptions } from "./run/options.ts";
import { planSteps, type Step } from "./run/plan.ts";
import { findRuntime, type RuntimeProgram, thisRuntime } from "./run/programs.ts";
import { Progress } from "./run/progress.ts";
import { runStep } from "./run/suite.ts";
import { type BenchServer, openServer } from "./servers/server.ts";
import { titleOf } from "./workloads/families.ts";

/** What is to be done on one runtime. */
interface Part {
  readonly runtime: RuntimeProgram;
  readonly steps: readonly Step[];
}

class Bench {
  readonly #options: BenchOptions;
  readonly #parts: readonly Part[];
  readonly #progress: Progress;
  #report: Report;

  constructor(options: BenchOptions) {
    this.#options = options;
    this.#report = emptyReport(describeMachine(), options);
    this.#parts = options.runtimes.map(findRuntime).map((runtime) => ({
      runtime,
      steps: planSteps(options, runtime.kind),
    }));
    const perServer = this.#parts.flatMap(({ steps }) => steps).reduce(
      (sum, { turns, secondsPerTurn }) => sum + turns * secondsPerTurn,
      0,
    );
    this.#progress = new Progress(perServer * options.servers.length);
  }

  async run(): Promise<void> {
    for (const name of this.#options.servers) {
      try {
        await this.#runServer(name);
      } catch (error) {
        this.#say(`\n${name}: not run, ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  async #runServer(name: string): Promise<void> {
    const server = await openServer(name);
    try {
      for (const { runtime, steps } of this.#parts) {
        for (const step of steps) {
          await this.#runStep(step, name, server, runtime);
        }
      }
    } finally {
      await server.stop();
    }
  }

  async #runStep(step: Step, serverName: string, server: BenchServer, runtime: RuntimeProgram): Promise<void> {
    const { rounds, seconds, json } = this.#options;
    const onRound = (client: string) =>
      this.#progress.step(`${server.title}, ${runtime.title}, ${step.workload}, ${client}`, step.secondsPerTurn);
    const result = await runStep(step, { serverName, server, runtime, rounds: { rounds, seconds, onRound } });
    this.#report = addTable(this.#report, result);
    this.#say(`\n${step.workload} on ${runtime.title} with ${server.title}: ${titleOf(step.workload)}\n`);
    this.#say(toText(sheetOf(result)));
    // After each table, so that a run that is cut off was not in vain.
    if (json !== undefined) {
      writeFileSync(json, writeReport(this.#report));
    }
  }

  #say(text: string): void {
    this.#progress.hide();
    console.log(text);
  }
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
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
