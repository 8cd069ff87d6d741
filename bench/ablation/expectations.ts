/**
 * What each optimisation is expected to bring, and what it brought.
 *
 * @module
 */
import { median } from "../report/statistics.ts";
import type { Figure, Result } from "./result.ts";
import { names } from "./variants.ts";

/** A promise about one figure. */
export interface Expectation {
  /** The pool. */
  readonly name: string;
  readonly what: string;
  readonly figure: Figure;
  /** The change in percent that is promised at least and at most; less is better where it is negative. */
  readonly percent: readonly [least: number, most: number] | undefined;
}

const together = (name: string): Expectation[] => [
  { name, what: "calls/s, sequential", figure: "sequential", percent: [5, 10] },
  { name, what: "calls/s, 10 callers", figure: "ten", percent: [15, 20] },
  { name, what: "calls/s, 50 callers", figure: "fifty", percent: [25, 35] },
  { name, what: "p95, 50 callers", figure: "fiftyP95", percent: [-20, -30] },
  { name, what: "p99, 50 callers", figure: "fiftyP99", percent: [-30, -40] },
];

/** What the analysis behind these optimisations expects of them. */
export const expectations: readonly Expectation[] = [
  {
    name: names.lockFree,
    what: "calls/s, 50 callers",
    figure: "fifty",
    percent: [15, 25],
  },
  {
    name: names.healthCache,
    what: "p50, sequential",
    figure: "sequentialP50",
    percent: [-10, -15],
  },
  {
    name: names.warming,
    what: "p99, 50 callers",
    figure: "fiftyP99",
    percent: [-20, -30],
  },
  {
    name: names.readyEncoder,
    what: "first operation",
    figure: "firstOperation",
    percent: [-5, -10],
  },
  {
    name: names.recovery,
    what: "calls/s while connections are killed",
    figure: "kills",
    percent: [10, 15],
  },
  {
    name: names.metrics,
    what: "calls/s, sequential",
    figure: "sequential",
    percent: undefined,
  },
  ...together(names.all),
  ...together(names.leases),
];

/** The change against the plain pool in percent: the median of the rounds, each against its own. */
export function changeOf(result: Result, name: string, figure: Figure): number {
  const roundsOf = (wanted: string) => result.rows.find((row) => row.name === wanted)?.rounds ?? [];
  const plain = roundsOf(names.plain);
  return (median(
    roundsOf(name).map((round, n) => round[figure] / plain[n]![figure]),
  ) - 1) * 100;
}

/** Whether a change is what was promised, or better; `undefined` when nothing was. */
export function isMet(
  { percent }: Expectation,
  change: number,
): boolean | undefined {
  if (percent === undefined) return undefined;
  return percent[0] > 0 ? change >= percent[0] : change <= percent[0];
}
