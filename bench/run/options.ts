/**
 * The command line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { clients } from "../clients/catalogue.ts";
import { serverNames } from "../servers/server.ts";
import { families } from "../workloads/families.ts";
import { kindOf } from "./programs.ts";

/** What is measured on a server. */
export interface Choice {
  readonly workloads: readonly string[];
  readonly clients: readonly string[];
}

/** What is to be measured. */
export interface BenchOptions extends Choice {
  readonly runtimes: readonly string[];
  readonly servers: readonly string[];
  /** What is measured on all servers but the first one, where that is less. */
  readonly elsewhere: Choice | undefined;
  readonly rounds: number;
  readonly seconds: number;
  /** After so many minutes nothing more is begun. */
  readonly minutes: number;
  readonly json: string | undefined;
}

const allWorkloads = [...families.keys()];
const allClients = clients.map(({ name }) => name);

interface Preset extends Choice {
  readonly runtimes?: string;
  readonly servers: string;
  readonly elsewhere?: Choice;
  readonly rounds: string;
  readonly seconds: string;
}

/** What runs when nothing is said. */
const plain: Preset = {
  workloads: allWorkloads,
  clients: allClients,
  servers: "redis",
  rounds: "5",
  seconds: "0.5",
};

const quick: Preset = {
  ...plain,
  workloads: [
    ...["sequential", "concurrent-10", "concurrent-50", "concurrent-1000"],
    ...["pipeline-50", "pipeline-100", "lease-50", "acquire-release"],
  ],
  clients: clients.filter(({ tunes, inGrowth }) => tunes === undefined || inGrowth).map(({ name }) => name),
  rounds: "3",
  seconds: "0.2",
};

/** What is published: everything on one server, and on the others what tells them apart. */
const full: Preset = {
  ...plain,
  runtimes: "node26,bun,deno",
  servers: "redis,redis-8,valkey-9,dragonfly",
  elsewhere: {
    workloads: [
      "sequential",
      "concurrent-50",
      "concurrent-1000",
      "pipeline-100",
    ],
    clients: ["respool", "raw", "ioredis", "redis", "bun-redis"],
  },
  seconds: "0.15",
};

/** What `--help` prints. */
export const help = `Measures respool, a bare socket and other clients at the same workloads, by turns.

  --quick           about two minutes: the principal workloads, ${quick.rounds} rounds of ${quick.seconds} seconds
  --full            what is published, about 25 minutes: ${full.runtimes} with
                    ${full.servers}, ${full.rounds} rounds of ${full.seconds} seconds
  --workloads a,b   ${wrap(allWorkloads)}
  --clients a,b     ${wrap(allClients)}
  --servers a,b     ${wrap(serverNames)}
                    (redis, valkey and dragonfly are found on PATH or by REDIS_URL, VALKEY_URL, DRAGONFLY_URL;
                    the others are fetched from Debian's archive) default: redis
  --runtimes a,b    names or paths such as deno, bun, node, node26 (fetched from npm if need be); default: this one
  --rounds n        rounds of each client (${plain.rounds})
  --seconds s       length of a round (${plain.seconds})
  --minutes n       begin nothing more after so long; what is left is said to be not run (no limit)
  --json file       write the results there; bench/publish.ts makes pages of them`;

function wrap(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 96) lines.push("");
    lines[lines.length - 1] += `${name} `;
  }
  return lines.map((line) => line.trim()).join("\n" + " ".repeat(20));
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const known = {
  ...{ workloads: text, clients: text, servers: text, runtimes: text },
  ...{ rounds: text, seconds: text, minutes: text, json: text },
  ...{ quick: flag, full: flag, help: flag },
};

/** Reads the command line; `undefined` when help was asked for. */
export function readOptions(
  args: readonly string[],
  thisRuntime: string,
): BenchOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: known });
  if (values.help) return undefined;
  const preset = values.full ? full : values.quick ? quick : plain;
  return {
    workloads: choose("workloads", values.workloads, allWorkloads) ??
      preset.workloads,
    clients: choose("clients", values.clients, allClients) ?? preset.clients,
    servers: choose("servers", values.servers ?? preset.servers, serverNames)!,
    elsewhere: preset.elsewhere,
    runtimes: readRuntimes(values.runtimes ?? preset.runtimes ?? thisRuntime),
    rounds: positive("rounds", values.rounds ?? preset.rounds, 1),
    seconds: positive("seconds", values.seconds ?? preset.seconds, 0.05),
    minutes: positive("minutes", values.minutes ?? "Infinity", 0),
    json: values.json,
  };
}

function choose(
  option: string,
  text: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const chosen = text.split(",");
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `--${option} has no ${unknown}; it has ${known.join(", ")}`,
    );
  }
  return known.filter((name) => chosen.includes(name));
}

function readRuntimes(text: string): readonly string[] {
  const names = text.split(",");
  const unknown = names.find((name) => kindOf(name) === undefined);
  if (unknown !== undefined) {
    throw new Error(`--runtimes takes deno, bun and node; not ${unknown}`);
  }
  return names;
}

function positive(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) {
    throw new Error(`--${option} takes a number from ${least} up`);
  }
  return value;
}

/** What is measured on a server, by its place among the chosen ones. */
export function choiceFor(
  { workloads, clients, elsewhere }: BenchOptions,
  place: number,
): Choice {
  if (place === 0 || elsewhere === undefined) return { workloads, clients };
  const both = (some: readonly string[], all: readonly string[]) => some.filter((name) => all.includes(name));
  return {
    workloads: both(elsewhere.workloads, workloads),
    clients: both(elsewhere.clients, clients),
  };
}
