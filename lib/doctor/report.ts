/**
 * What the doctor finds: facts of the server, measurements, advice.
 *
 * @module
 */

/** What a server says of itself. What it does not tell is absent. */
export interface ServerFacts {
  /** `redis`, `valkey` or `dragonfly`. */
  readonly product: string;
  /** Such as `8.0.1`. */
  readonly version?: string;
  /** `standalone`, `cluster` or `sentinel`. */
  readonly mode?: string;
  /** `master` or `slave`, in the server's own words. */
  readonly role?: string;
  /** Clients that may be connected at a time. */
  readonly maxClients?: number;
  /** Clients that were connected before the doctor was. */
  readonly connectedClients?: number;
  /** Bytes of memory it may use; 0 is all there are. */
  readonly maxMemory?: number;
  /** What it evicts when memory is full, such as `allkeys-lru`. */
  readonly evictionPolicy?: string;
  /** Seconds after which it closes idle clients; 0 is never. */
  readonly idleTimeoutSeconds?: number;
}

/** A duration measured many times, in milliseconds. */
export interface Times {
  /** How often. */
  readonly count: number;
  /** The shortest: what it takes when nothing is in the way. */
  readonly leastMs: number;
  /** The median. */
  readonly p50Ms: number;
  /** What 99 of 100 did not exceed. */
  readonly p99Ms: number;
}

/** Callers that repeat a call, one after the other. */
export interface LoadPoint extends Times {
  /** How many callers at once. */
  readonly callers: number;
  /** Calls per second of all callers together. */
  readonly perSecond: number;
}

/** The same callers on a number of connections. */
export interface SizePoint extends LoadPoint {
  /** How many connections they share. */
  readonly connections: number;
}

/** What the doctor measured. */
export interface Measurements {
  /** From nothing to a connection that is ready for commands. */
  readonly connect: Times;
  /** One command, while nothing else is under way. */
  readonly roundTrip: Times;
  /** Callers of the shared lane. */
  readonly callers: readonly LoadPoint[];
  /** Callers that take a lease for each command. */
  readonly leases: readonly SizePoint[];
  /** Small commands beside a caller of large ones, on one and on two shared connections. */
  readonly besideLarge: readonly SizePoint[];
}

/** A recommended option. */
export interface Advice {
  /** Name of the option of `createPool`. */
  readonly option: string;
  /** Its recommended value. */
  readonly value: number;
  /** Its value when it is left out. */
  readonly standard: number;
  /** Why, with the figures. */
  readonly reason: string;
}

/** Something about the server that a user should know. */
export interface Finding {
  /** `warning`: somebody should act on it. */
  readonly level: "note" | "warning";
  /** One sentence or two. */
  readonly text: string;
}

/** All that the doctor has to tell. */
export interface DoctorReport {
  /** `host:port` or path. */
  readonly endpoint: string;
  /** Whether the connections are encrypted. */
  readonly tls: boolean;
  /** What the server says of itself. */
  readonly server: ServerFacts;
  /** What was measured. */
  readonly measured: Measurements;
  /** What to set. */
  readonly advice: readonly Advice[];
  /** What else to know. */
  readonly findings: readonly Finding[];
}
