/**
 * What has to be said besides the numbers, for Markdown; the page says the same.
 *
 * @module
 */
import { clients } from "../clients/catalogue.ts";
import { fixed, three } from "./format.ts";
import type { Report } from "./report.ts";

/** Where and when, as lines of `term: words`. */
export function circumstances(report: Report): [term: string, words: string][] {
  const { date, machine, rounds, seconds, tables } = report;
  const places = tables.map(({ table }) => table);
  const unique = (texts: readonly string[]) => [...new Set(texts)].join(", ");
  const pinned = machine.isPinned ? "the server on one core, the client on another" : "not pinned to cores";
  const memory = `${three(machine.memoryBytes / 2 ** 30)} GiB`;
  return [
    ["Date", date],
    ["Machine", `${machine.processor}, ${machine.cores} cores, ${memory}, ${machine.system}; ${pinned}; loopback`],
    ["Load", `${fixed(machine.load, 1)} processes that wanted to run when it began`],
    ["Runtimes", unique(places.map(({ runtime }) => runtime))],
    ["Servers", unique(places.map(({ server }) => server))],
    ["Clients", versionsOf(report)],
    ["Rounds", `${rounds} of ${seconds} s per client, taken by turns, after warming up${otherPacesOf(report)}`],
  ];
}

function otherPacesOf({ otherPaces = [] }: Report): string {
  return otherPaces.map(({ rounds, seconds, runtime, workloads }) =>
    `; ${rounds} of ${seconds} s, in a later run, on ${runtime} for ${workloads.join(", ")}`
  ).join("");
}

function versionsOf({ tables }: Report): string {
  const versions = new Map<string, Set<string>>();
  for (const { table } of tables) {
    for (const { client, version } of table.rows) {
      if (version !== "") versions.set(client, (versions.get(client) ?? new Set()).add(version));
    }
  }
  return clients.flatMap(({ name, title, tunes }) =>
    versions.has(name) && tunes === undefined ? [`${title} ${[...versions.get(name)!].join("/")}`] : []
  )
    .join("; ");
}

/** How to read the tables. */
export const reading: readonly string[] = [
  "Every client runs in a process of its own. In each round the clients take turns (A B C, A B C, …), so that whatever " +
  "else the machine does hits all of them. Figures are medians over the rounds, with least and greatest behind them.",
  "Callers are closed loops: each makes its next call when the last one was answered. Percentiles are per call, and a " +
  "pipeline is one call; with more than 10 callers one call in 16 is timed. `CPU µs/op` is the processor time of the " +
  "client's process, all threads, over its operations. `peak MB` is the most memory that the process ever held.",
  "Clients take turns on one server; servers do not take turns with each other. Where they are compared, the bare " +
  "socket's ratio tells how much of the difference is theirs, or that of another hour.",
  "The best peer is the JavaScript client with the highest median on that runtime. `raw` is a bare socket of the " +
  "runtime that writes fixed requests and counts bytes: what no client can get below.",
];

/** What the columns of tuned clients mean. */
export const tunedWords =
  "Operations per second of clients with their defaults, and with what they offer for speed. `redis`, `glide`, " +
  "`bun-redis` and respool offer nothing that these workloads would gain from: they write the commands of one turn " +
  "together by themselves. The tuned ones count among the peers of every other table.";

/** What each rival does differently, so that nobody has to guess why it is where it is. */
export const fairPlay: readonly string[] = [
  "Every client runs with its defaults, respool included, unless a table says `tuned`. Where the server goes away, " +
  "tuned means the same for all: commands, connects and acquires end after 1 second, and attempts to connect are at " +
  "most 200 ms apart. Where very many callers wait, limits on their number and time are raised.",
  "Each client's first reply of every workload is compared with what was stored before anything is measured.",
  "`ioredis` and `iovalkey` write each command by itself unless `enableAutoPipelining` is set, which is its own row. " +
  "They use one connection for all callers, as `redis`, `glide` and `bun-redis` do. respool does the same for " +
  "commands that need no connection of their own, and leases one where they do.",
  "`redis-pool` and `generic-pool` have 50 connections, 10 where the workload says so, and take one for each call. " +
  "generic-pool holds connections of ioredis.",
  "`glide` has its core in Rust, with threads of its own, which share the client's core here; on a machine with idle " +
  "cores it does better. `bun-redis` is native code of Bun and has no pipeline object: its pipelines are calls of one " +
  "turn.",
  "`redis-benchmark` is written in C and opens a connection per caller. `redis-py` is the asyncio client of Python; " +
  "it opens a connection per caller, too, and is allowed as many.",
  "`raw` parses nothing, checks nothing and resolves no promise. Now and then a client beats it: the kernel may do " +
  "better with writes of another rhythm.",
];

/** How to repeat it. */
export const repeating = `\`\`\`sh
deno task bench --quick                                 # about two minutes, this runtime
deno task bench --full --json bench/results/mine.json   # about 25 minutes, what stands here
deno task bench:publish bench/results/mine.json --to bench/results
deno task bench --help
\`\`\``;
