/**
 * The face that every client shows to the workloads: thin, so that what is measured is the client.
 *
 * @module
 */
import type { Load } from "../workloads/load.ts";
import type { Workload } from "../workloads/workload.ts";

/** What a workload may ask of a client. What it lacks it cannot be measured at. */
export interface Client {
  /** One GET. */
  get?(key: string): Promise<unknown>;
  /** An explicit pipeline of `count` GETs. */
  getMany?(key: string, count: number): Promise<unknown>;
  /** Does the workload in its own way, instead of being called. */
  drive?(workload: Workload): ((load: Load) => Promise<void>) | undefined;
  /** Ends its connections. */
  close(): Promise<unknown> | void;
}

/** How a client is to be made. */
export interface ClientSettings {
  /** Where the server is. */
  readonly host: string;
  readonly port: number;
  /** Connections, for a client that is a pool of its own. */
  readonly connections: number;
}

/** Makes a client and connects it. */
export type Connect = (settings: ClientSettings) => Promise<Client>;
