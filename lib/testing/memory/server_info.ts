/**
 * What the in-memory server says about itself.
 *
 * @module
 */
import type { ServerState } from "./server_state.ts";

/** The version of Redis that the in-memory server behaves like. */
export const serverVersion = "7.0.15";

/** The sections that were asked for; all of them when none was. */
export function infoText(state: ServerState, wanted: readonly string[]): string {
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  const takesAll = names.size === 0 || ["all", "default", "everything"].some((name) => names.has(name));
  return Object.entries(sections(state))
    .filter(([name]) => takesAll || names.has(name.toLowerCase()))
    .map(([name, lines]) => `# ${name}\r\n${lines.map((line) => `${line}\r\n`).join("")}`)
    .join("\r\n");
}

function sections(state: ServerState): Record<string, string[]> {
  const uptime = Math.floor((state.time.now - state.time.startedAt) / 1000);
  return {
    Server: [
      `redis_version:${serverVersion}`,
      "redis_mode:standalone",
      "os:in-memory",
      `server_time_usec:${state.time.now * 1000}`,
      `uptime_in_seconds:${uptime}`,
    ],
    Clients: [`connected_clients:${state.clients.size}`, `blocked_clients:${state.blockedCount}`],
    Persistence: ["loading:0", "aof_enabled:0"],
    Stats: [
      `total_connections_received:${state.connectionCount}`,
      `total_commands_processed:${state.commandCount}`,
    ],
    Replication: ["role:master", "connected_slaves:0"],
    Keyspace: keyspaceLines(state),
  };
}

function keyspaceLines(state: ServerState): string[] {
  return state.databases.flatMap((db, i) => {
    return db.size === 0 ? [] : [`db${i}:keys=${db.size},expires=${db.expiringSize},avg_ttl=0`];
  });
}
