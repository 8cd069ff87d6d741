/**
 * The server the demo talks to: the one of `REDIS_URL`, else a real one from `PATH`, else the in-memory one.
 *
 * @module
 */
import { startMemoryServer } from "../../lib/testing/memory_server.ts";
import { findProgram, serverUrl } from "../../tests/support/matrix.ts";
import { startServer } from "../../tests/support/servers.ts";

/** A server to measure against. */
export interface DemoServer {
  /** Whether it is a program of its own or a part of this one. */
  readonly kind: "real" | "in-memory";
  /** Where it is; may hold a password. */
  readonly url: string;
  /** How it was come by. */
  readonly origin: string;
  /** Ends it, if the demo started it. */
  stop(): Promise<void>;
}

/** Chooses a server and starts it where that is needed. */
export async function chooseServer(): Promise<DemoServer> {
  const url = serverUrl("redis");
  if (url !== undefined) return { kind: "real", url, origin: "named by REDIS_URL", stop: async () => {} };
  for (const kind of ["redis", "valkey"] as const) {
    const program = findProgram(kind);
    if (program === undefined) continue;
    const server = await startServer(kind);
    return { kind: "real", url: server.url, origin: `started from ${program.path}`, stop: () => server.stop() };
  }
  const server = await startMemoryServer();
  const origin = "in-memory, part of this package: there is no redis-server or valkey-server on PATH";
  return { kind: "in-memory", url: server.url, origin, stop: () => server.close() };
}
