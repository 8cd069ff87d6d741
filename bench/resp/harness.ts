/**
 * Compares ways to do one piece of work. The same bench file runs under `deno bench`, and by itself on Deno, Bun and
 * Node, where rounds of all contenders take turns so that whatever else the machine does hits all of them.
 *
 * @module
 */
import process from "node:process";

/** One piece of work and who can do it. */
export interface Row {
  /** What is done, as the table says it. */
  work: string;
  /** What respool's time has to be against the best rival's. */
  target?: number;
  /** What respool's time may be at most against the only rival's; for rows that compare with an ideal. */
  limit?: number;
  /** How many values one call handles; times are given per value. */
  values: number;
  /** What does it; the first one is respool. */
  contenders: Record<string, () => void>;
}

/** What came of one row. */
export interface Result {
  work: string;
  target: number | undefined;
  limit: number | undefined;
  /** Median nanoseconds per value, by contender. */
  times: Record<string, number>;
  /** The best rival. */
  best: string;
  /** The best rival's time over respool's: of the medians, and the least and greatest of the rounds. */
  ratio: [medians: number, least: number, greatest: number];
  isMet: boolean;
}

interface DenoBench {
  bench?: (options: { name: string; group: string; baseline?: boolean }, work: () => void) => void;
}

const rounds = 60;
const warmUpMs = 120;
const roundMs = 1.5;
/** Which sample counts: the median, or with `QUANTILE=0.2` a faster one, for a look on a busy machine. */
const quantile = Number(process.env.QUANTILE ?? 0.5);

/** Registers the rows with `deno bench`, or, in the file that was started, runs them and prints a table. */
export function benchRows(rows: Row[], isMain: boolean): void {
  const { bench } = (globalThis as { Deno?: DenoBench }).Deno ?? {};
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const chosen = rows.filter(({ work }) => wanted.length === 0 || wanted.some((part) => work.includes(part)));
  if (isMain) print(chosen.map(run));
  else if (bench !== undefined) rows.forEach((row) => register(row, bench));
}

function register({ work, contenders }: Row, bench: NonNullable<DenoBench["bench"]>): void {
  Object.entries(contenders).forEach(([name, call], i) => bench({ name, group: work, baseline: i === 0 }, call));
}

/** Runs one row. */
export function run(row: Row): Result {
  const names = Object.keys(row.contenders);
  const calls = names.map((name) => row.contenders[name]!);
  calls.forEach(warmUp);
  const counts = calls.map(calibrate);
  const samples = names.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another contender, or one would always come after the same garbage.
    for (let k = 0; k < calls.length; k++) {
      const i = (k + round) % calls.length;
      samples[i]!.push(measure(calls[i]!, counts[i]!) / row.values);
    }
  }
  return summarize(row, names, samples);
}

function summarize(row: Row, names: string[], samples: number[][]): Result {
  const typical = samples.map(pick);
  const times = Object.fromEntries(names.map((name, i) => [name, typical[i]!]));
  const best = typical.indexOf(Math.min(...typical.slice(1)), 1);
  const ratios = samples[0]!.map((time, round) => samples[best]![round]! / time).sort((a, b) => a - b);
  const ratio = typical[best]! / typical[0]!;
  const { work, target, limit } = row;
  const isMet = (target === undefined || ratio >= target) && (limit === undefined || 1 / ratio <= limit);
  return {
    work,
    target,
    limit,
    times,
    best: names[best]!,
    ratio: [ratio, ratios[0]!, ratios.at(-1)!],
    isMet,
  };
}

/** Calls until the runtime has had time to compile. */
function warmUp(call: () => void): void {
  for (const start = performance.now(); performance.now() - start < warmUpMs;) {
    call();
  }
}

/** How often to call so that it takes about `roundMs`. */
function calibrate(call: () => void): number {
  let count = 1;
  for (;;) {
    const ns = measure(call, count) * count;
    if (ns >= roundMs * 1e6) return count;
    count = Math.ceil(count * Math.min(16, Math.max(1.5, (roundMs * 1e6) / Math.max(ns, 1))));
  }
}

/** Nanoseconds per call. */
function measure(call: () => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) call();
  return ((performance.now() - start) * 1e6) / count;
}

function pick(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * quantile)]!;
}

function print(results: Result[]): void {
  if (process.argv.includes("--json")) {
    return console.log(JSON.stringify(results));
  }
  for (const { work, target, limit, times, best, ratio, isMet } of results) {
    const goal = target !== undefined ? ` (≥ ${target})` : limit !== undefined ? ` (≥ ${(1 / limit).toFixed(2)})` : "";
    console.log(`${isMet ? "  " : "✗ "}${work}`);
    console.log(
      `    ${
        Object.entries(times)
          .map(([name, ns]) => `${name} ${showTime(ns)}`)
          .join(" · ")
      }`,
    );
    const [middle, least, greatest] = ratio.map((value) => value.toFixed(2));
    console.log(`    ${middle} × ${best}${goal}, ${least} … ${greatest}`);
  }
}

/** A time in the unit that fits it. */
export function showTime(ns: number): string {
  if (ns < 1000) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e5 ? 1 : 0)} µs`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}
