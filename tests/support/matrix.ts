/**
 * Which servers the tests are meant to meet, which of them this machine has, and the record of both that the
 * `test` task prints at the end. A missing server is always said, never passed over.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { accessSync, appendFileSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** A kind of server the tests know how to start. */
export type ServerKind = "redis" | "valkey" | "dragonfly";

/** How a kind is found: its program on `PATH`, or the variable that points at one already running. */
interface Row {
  readonly program: string;
  readonly variable: string;
}

const rows: Record<ServerKind, Row> = {
  redis: { program: "redis-server", variable: "REDIS_URL" },
  valkey: { program: "valkey-server", variable: "VALKEY_URL" },
  dragonfly: { program: "dragonfly", variable: "DRAGONFLY_URL" },
};

/** The kinds and major versions that respool is to be tested with. */
export const matrix: readonly string[] = ["redis 7", "redis 8", "valkey 8", "valkey 9", "dragonfly 1"];

/** A program that can be started. */
export interface Program {
  /** Its full path. */
  readonly path: string;
  /** Its version, such as `7.0.15`. */
  readonly version: string;
}

const programs = new Map<ServerKind, Program | undefined>();

/** Finds the program of a kind on `PATH`. */
export function findProgram(kind: ServerKind): Program | undefined {
  if (programs.get(kind) === undefined) programs.set(kind, lookUp(rows[kind].program));
  return programs.get(kind);
}

function lookUp(name: string): Program | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (isExecutable(path)) return { path, version: versionOf(path) };
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Redis and Valkey print `v=7.0.15`, Dragonfly prints `v1.40.1`. */
function versionOf(path: string): string {
  const text = execFileSync(path, ["--version"], { encoding: "utf8" });
  return /v=?(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? "unknown";
}

/** The address of a running server of that kind, where the environment names one. */
export function serverUrl(kind: ServerKind): string | undefined {
  return process.env[rows[kind].variable] || undefined;
}

/** Why tests that start a server of that kind must be skipped, or `false`. */
export function skipWithoutProgram(kind: ServerKind): false | string {
  return findProgram(kind) === undefined && `${rows[kind].program} is not on PATH`;
}

/** The same for tests that are content with a running server. */
export function skipWithoutServer(kind: ServerKind): false | string {
  return serverUrl(kind) === undefined && findProgram(kind) === undefined &&
    `${rows[kind].program} is not on PATH and ${rows[kind].variable} is not set`;
}

/** A server that a test talked to. */
export interface UsedServer {
  /** Which kind it is. */
  readonly kind: ServerKind;
  /** Its version, such as `7.0.15`. */
  readonly version: string;
}

const said = new Set<string>();

/** Adds a server to the file named by `RESPOOL_SERVER_RECORD`; without it nobody asked. */
export function record(server: UsedServer): void {
  const file = process.env.RESPOOL_SERVER_RECORD;
  const line = JSON.stringify(server);
  if (!file || said.has(line)) return;
  said.add(line);
  appendFileSync(file, line + "\n");
}

/** The servers that were used, each once, and the rows of the matrix that were not, from the text of a record. */
export function readRecord(text: string): { used: string[]; missing: string[] } {
  const lines = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as UsedServer);
  const used = [...new Set(lines.map(({ kind, version }) => `${kind} ${version}`))].sort();
  return { used, missing: matrix.filter((row) => !used.some((server) => server.startsWith(`${row}.`))) };
}
