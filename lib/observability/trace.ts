/**
 * What is known of one operation while it is traced: told at its start, completed at its end.
 *
 * Nothing here holds an argument, a key, a reply or a credential. The names are those that tracers of other Redis
 * clients are used to.
 *
 * @module
 */

/** Where an operation goes to. */
export interface TraceTarget {
  /** Name of the pool. */
  readonly pool: string;
  /** Number of the database. */
  readonly database: number;
  /** Host name, or the path of the Unix socket. */
  readonly serverAddress: string;
  /** TCP port; `undefined` for a Unix socket. */
  readonly serverPort: number | undefined;
}

/** An operation, its end included. */
export interface Trace extends TraceTarget {
  /** How long it took in milliseconds; `undefined` until it has ended. */
  readonly elapsedMs: number | undefined;
  /** Why it failed; `undefined` until it has, and when it worked. */
  readonly error: unknown;
}

/** Opening one connection: socket and handshake. */
export interface ConnectTrace extends Trace {}

/** Acquiring one lease. */
export interface AcquireTrace extends Trace {}

/** One command, or the commands of one pipeline or transaction. */
export interface CommandTrace extends Trace {
  /** The verb in upper case, with its subcommand where it has one; of a batch `PIPELINE` or `MULTI`. */
  readonly command: string;
  /** The name as the caller wrote it; of a batch whose commands are all the same `PIPELINE GET`. */
  readonly operation: string;
  /** The words of `operation`, and one `?` for each argument. */
  readonly args: readonly string[];
  /** Which kind of batch it is, if it is one. */
  readonly batchMode: "PIPELINE" | "MULTI" | undefined;
  /** How many commands the batch has. */
  readonly batchSize: number | undefined;
  /** The digest of the script or the name of the function, when it runs one. */
  readonly procedure: string | undefined;
  /** Who carries it: the connections of all callers, a lease, or a connection for blocking commands. */
  readonly lane: "shared" | "lease" | "blocking";
}
