/**
 * The face that every client shows to the workloads: thin, so that what is measured is the client.
 *
 * @module
 */
import type { Load } from "../workloads/load.ts";
import type { Workload } from "../workloads/workload.ts";

/** What a workload may ask of a client. What it lacks it cannot be measured at. */
export interface Client {
  /** Whether each call takes a connection of its own for as long as it lasts. */
  readonly isPool?: boolean;
  /** GET, as text. */
  get?(key: string): Promise<unknown>;
  /** GET, as bytes. */
  getBytes?(key: string): Promise<unknown>;
  /** SET. */
  set?(key: string, value: string): Promise<unknown>;
  /** LRANGE of the whole list. */
  lrange?(key: string): Promise<unknown>;
  /** An explicit pipeline of `count` GETs. */
  getMany?(key: string, count: number): Promise<unknown>;
  /** Acquires a connection, GETs, releases it. */
  lease?(key: string): Promise<unknown>;
  /** Acquires a connection and releases it; with `pausing`, others run in between. */
  hold?(pausing: boolean): Promise<void>;
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
  /** Whether its time limits are set: commands and connects end after a second, reconnects are at most 200 ms apart. */
  readonly tuned: boolean;
  /** Whether its limits on waiting commands and their time are raised, to ask what very many cost. */
  readonly unbounded: boolean;
}

/** Longest command and connect of a tuned client. */
export const tunedTimeoutMs = 1000;
/** Longest pause between connects of a tuned client. */
export const tunedBackoffMs = 200;

/** Makes a client and connects it. */
export type Connect = (settings: ClientSettings) => Promise<Client>;
