/**
 * What the main process and a worker say to each other: one JSON text per line.
 *
 * @module
 */
import type { Round } from "../workloads/round.ts";

/** What a worker is started for; its only command-line argument. */
export interface Task {
  readonly client: string;
  readonly workload: string;
  readonly host: string;
  readonly port: number;
}

/** Main to worker: run one round. */
export interface Order {
  readonly seconds: number;
}

/** Worker to main: it is connected, or what a round came to, or why it cannot go on. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "round"; readonly round: Round }
  | { readonly kind: "failed"; readonly reason: string };
