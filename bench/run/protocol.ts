/**
 * What the main process and its workers say to each other: one JSON text per line.
 *
 * ```txt
 *   main ── Task (command line) ──► worker
 *   main ◄── ready, absent or failed ── worker
 *   main ── Order ──► worker, main ◄── done or failed ── worker, any number of times
 * ```
 *
 * @module
 */

/** What a worker is started for; its only command-line argument. */
export interface Task {
  /** The client's name. */
  readonly client: string;
  /** The workload's name. */
  readonly workload: string;
  /** Where the server is. */
  readonly host: string;
  readonly port: number;
  /** Whether the client's time limits are set. */
  readonly tuned: boolean;
}

/** Main to worker: work for so long. */
export interface Order {
  readonly seconds: number;
}

/** Worker to main. */
export type Answer<T> =
  | { readonly kind: "ready"; readonly version: string }
  /** The client has nothing that this workload could ask for. */
  | { readonly kind: "absent" }
  | { readonly kind: "done"; readonly result: T }
  | { readonly kind: "failed"; readonly reason: string };

/** What became of one client: what it was measured at, why it could not be, or that there was nothing to measure. */
export type Outcome<T> =
  | {
    readonly client: string;
    readonly version: string;
    readonly results: readonly T[];
  }
  | { readonly client: string; readonly notRun: string }
  | { readonly client: string; readonly notApplicable: true };
