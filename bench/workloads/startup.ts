/**
 * How long a fresh process waits for its first reply.
 *
 * @module
 */

/** Its name on the command line and in every table, and what it is. */
export const startupWorkload = { name: "first-operation", title: "a fresh process: load the client, connect, one GET" };

/** What one fresh process needed, from before it loads the client until its first reply. */
export interface Startup {
  readonly firstReplyMs: number;
  readonly peakMemoryBytes: number;
}
