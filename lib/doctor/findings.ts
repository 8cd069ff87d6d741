/**
 * What a user should know about a server before he relies on it.
 *
 * @module
 */
import type { Finding, ServerFacts } from "./report.ts";

/** What is asked besides the server's own facts. */
export interface Surroundings {
  /** Name or address of the server, or path of its socket. */
  readonly host: string;
  /** Whether the connections are encrypted. */
  readonly tls: boolean;
  /** The recommended `maxSize`. */
  readonly maxSize: number;
}

/** Everything worth a sentence, warnings first. */
export function findingsOf(server: ServerFacts, surroundings: Surroundings): Finding[] {
  const all = [
    ...transport(surroundings),
    ...clients(server, surroundings.maxSize),
    ...memory(server),
    ...kind(server),
  ];
  return [...all.filter(({ level }) => level === "warning"), ...all.filter(({ level }) => level === "note")];
}

function warning(text: string): Finding {
  return { level: "warning", text };
}

function note(text: string): Finding {
  return { level: "note", text };
}

function transport({ host, tls }: Surroundings): Finding[] {
  const isHere = /^(?:localhost|127\.[\d.]+|::1|\/.*)$/.test(host);
  if (tls || isHere) return [];
  return [warning("The connection is not encrypted and leaves this machine; rediss:// asks for TLS.")];
}

function clients({ maxClients, connectedClients }: ServerFacts, maxSize: number): Finding[] {
  if (maxClients === undefined) return [note("The server does not tell how many clients it accepts.")];
  const free = maxClients - (connectedClients ?? 0);
  const processes = Math.floor(free / maxSize);
  const text = `The server accepts ${maxClients} clients, ${free} more than now: room for ${processes} ` +
    `${processes === 1 ? "process" : "processes"} with this maxSize.`;
  return [processes < 4 ? warning(text) : note(text)];
}

function memory({ maxMemory, evictionPolicy }: ServerFacts): Finding[] {
  if (evictionPolicy === undefined) return [];
  if (maxMemory === 0) {
    return [warning("The server has no memory limit: it may grow until the system ends it. Set maxmemory.")];
  }
  if (evictionPolicy === "noeviction") {
    return [
      note("Eviction policy noeviction: writes fail with OOM when memory is full. Right for data, not for a cache."),
    ];
  }
  const who = evictionPolicy.startsWith("volatile") ? "keys with a time to live" : "any key";
  return [
    note(`Eviction policy ${evictionPolicy}: ${who} may vanish when memory is full. Right for a cache, not for data.`),
  ];
}

function kind({ product, version, mode, role }: ServerFacts): Finding[] {
  const findings: Finding[] = [];
  if (role === "slave") findings.push(warning("This is a replica: it refuses writes with READONLY."));
  if (mode === "cluster") {
    findings.push(warning("This is one node of a cluster: it refuses the keys of other nodes with MOVED."));
  }
  if (mode === "sentinel") findings.push(warning("This is a sentinel, which holds no data."));
  if (product === "redis" && version !== undefined && Number.parseInt(version) < 6) {
    findings.push(note(`Redis ${version} has no RESP3: replies are reshaped to the same values.`));
  }
  return findings;
}
