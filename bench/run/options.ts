/**
 * The command line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { clients } from "../clients/catalogue.ts";
import { workloads } from "../workloads/workload.ts";

/** What is to be measured. */
export interface BenchOptions {
  readonly workloads: readonly string[];
  readonly clients: readonly string[];
  readonly runtimes: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly json: string | undefined;
}

/** What `--help` prints. */
export const help =
  `Measures respool, a bare socket and other clients at the same workloads.

  --workloads a,b   ${workloads.map(({ name }) => name).join(" ")}
  --clients x,y     ${clients.map(({ name }) => name).join(" ")}
  --runtime a,b     programs such as deno, bun, node or node26; default: this one
  --rounds n        rounds of each client, taken by turns (5)
  --seconds s       length of a round (2)
  --quick           about two minutes: 3 rounds of 0.5 seconds
  --json file       write every round there`;

/** Reads the command line; `undefined` when help was asked for. */
export function readOptions(
  args: readonly string[],
  thisRuntime: string,
): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workloads: { type: "string" },
      clients: { type: "string" },
      runtime: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  return {
    workloads: choose(
      "workloads",
      values.workloads,
      workloads.map(({ name }) => name),
    ),
    clients: choose("clients", values.clients, clients.map(({ name }) => name)),
    runtimes: values.runtime?.split(",") ?? [thisRuntime],
    rounds: positive("rounds", values.rounds ?? (values.quick ? "3" : "5"), 1),
    seconds: positive(
      "seconds",
      values.seconds ?? (values.quick ? "0.5" : "2"),
      0.05,
    ),
    json: values.json,
  };
}

function choose(
  option: string,
  text: string | undefined,
  known: readonly string[],
): readonly string[] {
  if (text === undefined) return known;
  const chosen = text.split(",");
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `--${option} has no ${unknown}; it has ${known.join(", ")}`,
    );
  }
  return known.filter((name) => chosen.includes(name));
}

function positive(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) {
    throw new Error(`--${option} takes a number from ${least} up`);
  }
  return value;
}
