/**
 * What came of the benches on one runtime, in cells.
 *
 * @module
 */
import { type Result, showTime } from "./harness.ts";

/** All results of one runtime. */
export interface Sheet {
  /** Such as `Bun 1.4.5`. */
  runtime: string;
  /** One per row, in their order. */
  results: Result[];
}

/** The head of a runtime's own table. */
export const header: readonly string[] = [
  "work",
  "aim",
  "× the best",
  "rounds",
  "times",
];

/** A row of a runtime's own table. */
export function toCells(result: Result): string[] {
  const { work, times, best, ratio: [, least, greatest] } = result;
  const all = Object.entries(times).map(([name, time]) => `${name} ${showTime(time)}`);
  return [
    work,
    showGoal(result),
    `${showRatio(result)} ${best}`,
    `${fixed(least)}–${fixed(greatest)}`,
    all.join(", "),
  ];
}

/** What the ratio has to be. */
export function showGoal({ goal }: Result): string {
  return goal === undefined ? "–" : `≥ ${goal} ×`;
}

/** The ratio of the medians, marked when it is below its goal. */
export function showRatio({ goal, ratio: [medians] }: Result): string {
  const text = `${fixed(medians)} ×`;
  return goal !== undefined && medians < goal ? `**missed:** ${text}` : text;
}

function fixed(ratio: number): string {
  return ratio.toFixed(2);
}
