/**
 * The command line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { clients } from "../clients/catalogue.ts";
import { serverNames } from "../servers/server.ts";
import { families } from "../workloads/families.ts";

/** What is to be measured. */
export interface BenchOptions {
  readonly workloads: readonly string[];
  readonly clients: readonly string[];
  readonly runtimes: readonly string[];
  readonly servers: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly json: string | undefined;
}

/** What `--quick` runs when no workloads are named. */
const quickWorkloads = [...[
  "sequential",
  "concurrent-10",
  "concurrent-50",
  "concurrent-1000",
  "pipeline-50",
  "pipeline-100",
  "lease-50",
], "acquire-release"];

/** What `--help` prints. */
export const help = `Measures respool, a bare socket and other clients at the same workloads, by turns.

  --quick           about two minutes: the principal workloads, 3 rounds of 0.25 seconds
  --workloads a,b   ${wrap([...families.keys()])}
  --clients x,y     ${wrap(clients.map(({ name }) => name))}
  --server a,b      ${wrap(serverNames)}
                    (redis, valkey and dragonfly are found on PATH or by REDIS_URL, VALKEY_URL, DRAGONFLY_URL;
                    the others are packages of Debian) default: redis
  --runtime a,b     programs such as deno, bun, node or node26; default: this one
  --rounds n        rounds of each client (5)
  --seconds s       length of a round (1)
  --json file       write the results there; bench/publish.ts makes pages of them`;

function wrap(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 96) lines.push("");
    lines[lines.length - 1] += `${name} `;
  }
  return lines.map((line) => line.trim()).join("\n" + " ".repeat(20));
}

/** Reads the command line; `undefined` when help was asked for. */
export function readOptions(args: readonly string[], thisRuntime: string): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      workloads: { type: "string" },
      clients: { type: "string" },
      server: { type: "string", default: "redis" },
      runtime: { type: "string", default: thisRuntime },
      rounds: { type: "string" },
      seconds: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { quick } = values;
  const all = [...families.keys()];
  return {
    workloads: choose("workloads", values.workloads, all) ?? (quick ? quickWorkloads : all),
    clients: choose("clients", values.clients, clients.map(({ name }) => name)) ?? clients.map(({ name }) => name),
    servers: choose("server", values.server, serverNames)!,
    runtimes: values.runtime.split(","),
    rounds: positive("rounds", values.rounds ?? (quick ? "3" : "5"), 1),
    seconds: positive("seconds", values.seconds ?? (quick ? "0.25" : "1"), 0.05),
    json: values.json,
  };
}

function choose(option: string, text: string | undefined, known: readonly string[]): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const chosen = text.split(",");
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`--${option} has no ${unknown}; it has ${known.join(", ")}`);
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
