/**
 * Compares ways to do one piece of work. Rounds of all contenders take turns, so that whatever else the machine does
 * hits all of them.
 *
 * @module
 */
import process from "node:process";

/** One piece of work and who can do it. */
export interface Row {
  /** What is done, as the table says it. */
  work: string;
  /** What the best rival's time has to be over respool's, at least. */
  goal?: number;
  /** How many values one call handles; times are given per value. */
  values: number;
  /** What does it; the first one is respool. */
  contenders: Record<string, () => void>;
}

/** What came of one row. */
export interface Result {
  /** What was done. */
  work: string;
  /** What the ratio has to be, if that was said. */
  goal: number | undefined;
  /** Median nanoseconds per value, by contender. */
  times: Record<string, number>;
  /** The best rival. */
  best: string;
  /** The best rival's time over respool's: of the medians, and the least and greatest of the rounds. */
  ratio: [medians: number, least: number, greatest: number];
}

interface DenoBench {
  bench?: (
    options: { name: string; group: string; baseline?: boolean },
    work: () => void,
  ) => void;
}

const rounds = 200;
/** In turns: what one contender teaches the runtime about code they share must not fall on the others' first rounds. */
const warmUpPasses = 3;
const warmUpMs = 80;
/** Short enough to fit between two interruptions of a busy machine. */
const roundMs = 0.5;
/** Which sample counts: the median, or with `QUANTILE=0.2` a faster one, for a look on a busy machine. */
const quantile = Number(process.env.QUANTILE ?? 0.5);

/** Registers the rows with `deno bench`; does nothing elsewhere. */
export function registerRows(rows: readonly Row[]): void {
  const { bench } = (globalThis as { Deno?: DenoBench }).Deno ?? {};
  if (bench !== undefined) rows.forEach((row) => register(row, bench));
}

function register(
  { work, contenders }: Row,
  bench: NonNullable<DenoBench["bench"]>,
): void {
  Object.entries(contenders).forEach(([name, call], i) => bench({ name, group: work, baseline: i === 0 }, call));
}

/** Runs one row. */
export function run(row: Row): Result {
  const names = Object.keys(row.contenders);
  const calls = names.map((name) => row.contenders[name]!);
  for (let pass = 0; pass < warmUpPasses; pass++) calls.forEach(warmUp);
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
  const ratios = samples[0]!.map((time, round) => samples[best]![round]! / time)
    .sort((a, b) => a - b);
  const ratio = typical[best]! / typical[0]!;
  return {
    work: row.work,
    goal: row.goal,
    times,
    best: names[best]!,
    ratio: [ratio, ratios[0]!, ratios.at(-1)!],
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
    count = Math.ceil(
      count * Math.min(16, Math.max(1.5, (roundMs * 1e6) / Math.max(ns, 1))),
    );
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

/** A time in the unit that fits it. */
export function showTime(ns: number): string {
  if (ns < 1000) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e5 ? 1 : 0)} µs`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}
