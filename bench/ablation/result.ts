/**
 * What was measured on one runtime, as it is written to a file.
 *
 * @module
 */

/** What is measured of each pool: rates are calls per second, all else milliseconds or counts. */
export const figures = [
  ...["sequential", "sequentialP50", "sequentialP95", "sequentialP99"],
  ...[
    "ten",
    "tenP50",
    "tenP95",
    "tenP99",
    "fifty",
    "fiftyP50",
    "fiftyP95",
    "fiftyP99",
  ],
  ...[
    "firstOperation",
    "kills",
    "killsFailed",
    "killsP99",
    "restartFailed",
    "recovery",
  ],
] as const;

/** One of them. */
export type Figure = string & (typeof figures)[number];

/** All figures of one round. */
export type Round = Readonly<Record<Figure, number>>;

/** A pool and its rounds; those of one index ran by turns. */
export interface Row {
  readonly name: string;
  readonly rounds: readonly Round[];
}

/** A run of all pools. */
export interface Result {
  /** Such as `Node 26.10.0`. */
  readonly runtime: string;
  /** Such as `Redis 7.0.15`. */
  readonly server: string;
  /** The processor and the number of its cores. */
  readonly machine: string;
  /** The day, such as `2026-11-24`. */
  readonly date: string;
  /** How many programs wanted a core before the run began: figures of a machine with other work are worth little. */
  readonly load: number;
  /** How long one load lasted, in seconds. */
  readonly seconds: number;
  readonly rows: readonly Row[];
}
