/**
 * Which kinds of connection were tried from which runtime to which server, as the `test` task prints it at the end. A
 * cell that was not tried is said to be missing, never passed over.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import process from "node:process";

/** The kinds of connection, in the order of the columns. */
export const transports = ["TCP", "TLS", "mTLS", "Unix", "AUTH", "RESP2"] as const;

/** A kind of connection; RESP2 is that of a server that refuses HELLO. */
export type Transport = (typeof transports)[number];

/** The runtimes, by the names of their rows. */
export const matrixRuntimes = ["Deno", "Bun", "Node 20", "Node 22", "Node 24", "Node 26", "workerd"] as const;

/** A runtime, by the name of its row. */
export type MatrixRuntime = (typeof matrixRuntimes)[number];

/** The servers, by the names of their rows. */
export const matrixServers = ["Redis 7.0", "Redis 8.0", "Valkey 8.0", "Valkey 9.1", "Dragonfly"] as const;

/** A server, by the name of its row. */
export type MatrixServer = (typeof matrixServers)[number];

/** One cell: what was tried and what became of it. */
export interface Cell {
  readonly runtime: MatrixRuntime;
  readonly server: MatrixServer;
  readonly transport: Transport;
  readonly result: "ok" | "FAILED" | "n/a";
}

/** Adds a cell to the file named by `RESPOOL_CELL_RECORD`; without it nobody asked. */
export function recordCell(cell: Cell): void {
  const file = process.env.RESPOOL_CELL_RECORD;
  if (file) appendFileSync(file, JSON.stringify(cell) + "\n");
}

/** Writes the lines of the matrix from the text of a record; none when nothing was tried. */
export function renderMatrix(record: string): string[] {
  const results = new Map<string, string>();
  for (const line of record.split("\n").filter((line) => line !== "")) {
    const { runtime, server, transport, result } = JSON.parse(line) as Cell;
    results.set(`${runtime}, ${server}, ${transport}`, result);
  }
  if (results.size === 0) return [];
  const rows = matrixRuntimes.flatMap((runtime) =>
    matrixServers.map((server) => [
      runtime,
      server,
      ...transports.map((transport) => results.get(`${runtime}, ${server}, ${transport}`) ?? "missing"),
    ])
  );
  const missing = rows.flat().filter((text) => text === "missing").length;
  return [
    ...[["runtime", "server", ...transports], ...rows].map(rendered),
    `${rows.length * transports.length - missing} of ${rows.length * transports.length} cells were run`,
  ];
}

function rendered([runtime = "", server = "", ...results]: readonly string[]): string {
  return runtime.padEnd(10) + server.padEnd(12) + results.map((text) => text.padStart(9)).join("");
}
