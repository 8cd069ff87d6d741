/**
 * What very many callers cost without any client: promises that are made, awaited, and fulfilled in order, a few
 * thousand a turn. Any client's time grows by at least as much. Writes its table into `docs/benchmarks.md`.
 *
 * ```sh
 * deno run -A bench/promises.ts               # on Node 26, Bun and Deno
 * ```
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { setImmediate } from "node:timers";
import { fileURLToPath } from "node:url";
import { toTable, writeBetween } from "./resp/markdown.ts";
import { canPin, cores } from "./run/pinning.ts";
import { commandFor, findRuntime } from "./run/programs.ts";

const marks = [
  "<!-- promises alone: deno run -A bench/promises.ts -->",
  "<!-- end of promises alone -->",
] as const;
const callers = [1000, 10_000, 100_000];
const runtimes = ["node26", "bun", "deno"];
const rounds = 5;
const roundMs = 500;
/** As many replies as one read buffer of a socket holds. */
const mostPerTurn = 8192;

let lastResolve: (value: string) => void;
function capture(resolve: (value: string) => void): void {
  lastResolve = resolve;
}

/** Nanoseconds per call of so many callers that call one after the other. */
async function measure(count: number): Promise<number> {
  let waiting: ((value: string) => void)[] = [];
  let calls = 0;
  let running = true;
  const call = () => {
    const promise = new Promise<string>(capture);
    waiting.push(lastResolve);
    return promise;
  };
  const all = Promise.all(Array.from({ length: count }, async () => {
    for (; running; calls++) await call();
  }));
  const begin = performance.now();
  while (waiting.length > 0) {
    const served = waiting;
    waiting = [];
    for (let at = 0; at < served.length; at += mostPerTurn) {
      running = performance.now() - begin < roundMs;
      // A text of its own for each, as a reply has.
      for (const resolve of served.slice(at, at + mostPerTurn)) {
        resolve(`value-${calls}`);
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  await all;
  return (performance.now() - begin) * 1e6 / calls;
}

/** The medians of rounds that are taken by turns. */
async function measureAll(): Promise<number[]> {
  const times: number[][] = callers.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    // The first round warms up.
    for (const [n, count] of callers.entries()) {
      const time = await measure(count);
      if (round > 0) times[n]!.push(time);
    }
  }
  return times.map((some) => some.sort((one, other) => one - other)[some.length >> 1]!);
}

/** Measures on another runtime. */
function measureOn(name: string): string[] {
  const runtime = findRuntime(name);
  const command = commandFor(runtime, fileURLToPath(import.meta.url), [
    "--here",
  ], false);
  const [program, ...args] = canPin ? ["taskset", "-c", cores.client, ...command] : command;
  const times = JSON.parse(
    execFileSync(program!, args, { encoding: "utf8" }),
  ) as number[];
  return [
    runtime.title,
    ...times.map((time) => time.toFixed(0)),
    (times.at(-1)! / times[0]!).toFixed(1),
  ];
}

if (process.argv.includes("--here")) {
  console.log(JSON.stringify(await measureAll()));
} else {
  const header = [
    "",
    ...callers.map((count) => `${count.toLocaleString("en").replaceAll(",", " ")} callers`),
    "growth",
  ];
  const table = toTable([header, ...runtimes.map(measureOn)]);
  writeBetween(
    "docs/benchmarks.md",
    marks,
    `## Promises alone

Nanoseconds per call where there is no client at all: each caller awaits a promise that is fulfilled with a new text,
and calls again. Collectors copy what waits, so this grows with the number of callers on every runtime, most on V8. In the
tables of more callers any client's time grows by at least as many nanoseconds.

${table}

Measured ${new Date().toISOString().slice(0, 10)}, medians of ${rounds} rounds.`,
  );
}
