/**
 * Traces of commands as a test wants them.
 *
 * @module
 */
import type { CommandTrace } from "../../lib/observability/trace.ts";

/** The trace of a GET, but for these. */
export function trace(changed: Partial<CommandTrace> = {}): CommandTrace {
  return {
    pool: "cache",
    database: 3,
    serverAddress: "cache.example",
    serverPort: 6379,
    elapsedMs: undefined,
    error: undefined,
    command: "GET",
    operation: "get",
    args: ["get", "?"],
    batchMode: undefined,
    batchSize: undefined,
    procedure: undefined,
    lane: "shared",
    ...changed,
  };
}
