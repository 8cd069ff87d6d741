/**
 * Finds tables and rows in a report.
 *
 * @module
 */
import { clientNamed, type Role } from "../clients/catalogue.ts";
import type { AnyTable, FaultRow, LoadRow, MemoryRow, Report, StartupRow, Table } from "./report.ts";

interface RowOf {
  load: LoadRow;
  startup: StartupRow;
  fault: FaultRow;
  memory: MemoryRow;
}

/** What was measured on one server. */
export class Lookup {
  readonly #tables: readonly AnyTable[];

  constructor(report: Report, server: string) {
    this.#tables = report.tables.filter(({ table }) => table.server === server);
  }

  /** The runtimes, in the order in which they ran. */
  get runtimes(): string[] {
    return [...new Set(this.#tables.map(({ table }) => table.runtime))];
  }

  /** The workloads of a family, in the order in which they ran. */
  workloads(family: AnyTable["family"]): string[] {
    return [...new Set(this.#tables.filter((one) => one.family === family).map(({ table }) => table.workload))];
  }

  /** A table, if it is there. */
  table<F extends keyof RowOf>(family: F, runtime: string, workload: string): Table<RowOf[F]> | undefined {
    const isIt = (one: AnyTable) =>
      one.family === family && one.table.runtime === runtime && one.table.workload === workload;
    return this.#tables.find(isIt)?.table as Table<RowOf[F]> | undefined;
  }

  /** A client's row, if it was measured. */
  row<F extends keyof RowOf>(family: F, runtime: string, workload: string, client: string): RowOf[F] | undefined {
    return this.table(family, runtime, workload)?.rows.find((row) => row.client === client);
  }

  /** A client's row as text; `not run` where it should have been measured and could not be. */
  text<F extends keyof RowOf>(place: readonly [F, string, string], client: string, show: (row: RowOf[F]) => string) {
    const row = this.row(...place, client);
    if (row !== undefined) return show(row);
    return this.table(...place)?.notRun.some((one) => one.client === client) ? "not run" : undefined;
  }
}

/** The servers of a report, in the order in which they ran. */
export function serversOf({ tables }: Report): string[] {
  return [...new Set(tables.map(({ table }) => table.server))];
}

/** The rows of clients in a role. */
export function rowsOf<R extends { client: string }>(table: Table<R> | undefined, role: Role): R[] {
  return table?.rows.filter(({ client }) => clientNamed(client).role === role) ?? [];
}
