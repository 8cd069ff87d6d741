/**
 * What the pool is told about the connections it keeps.
 *
 * @module
 */

/**
 * Makes, checks and ends connections of type `C`. The pool never looks into a connection; everything it has to know
 * comes from here. A method that throws counts as one that rejected.
 *
 * @example
 * ```ts
 * import { Pool } from "@respool/respool/pool";
 *
 * const pool = new Pool({
 *   connect: async (signal) => await Promise.resolve({ open: !signal.aborted }),
 *   destroy: (connection) => void (connection.open = false),
 * });
 * await pool.use((lease) => console.log(lease.connection.open)); // true
 * await pool.close();
 * ```
 */
export interface Factory<C> {
  /**
   * Opens a connection that is ready for use. Once `signal` fires the pool waits no longer: a connection that still
   * comes is destroyed. The pool owns what it returns.
   */
  connect(signal: AbortSignal): Promise<C>;
  /** Asks whether an idle connection still works. `false`, a rejection or silence ends the connection. */
  validate?(connection: C): Promise<boolean>;
  /**
   * Undoes what the last user left behind. A plain `true` when there is nothing to undo: called on every release.
   * `false`, a rejection or silence ends the connection.
   */
  reset?(connection: C): boolean | Promise<boolean>;
  /** Ends a connection. Its slot counts until this resolves, but no longer than five seconds. */
  destroy(connection: C): void | Promise<void>;
  /** Whether a failed connect would fail again in the same way (credentials, certificate): waiters get it at once. */
  isFatal?(error: unknown): boolean;
  /**
   * When the connection last showed that it lives, on the pool's clock; the health cache goes by it. Left out, a
   * connection counts as alive when it was made, checked or given back.
   */
  lastAliveMs?(connection: C): number;
  /**
   * When whoever holds the connection last used it, on the pool's clock; now while it is at work. A leaked lease is not
   * taken back before it was unused for `leakDetectionMs`. Left out, the time of the acquire counts.
   */
  lastUsedMs?(connection: C): number;
}
