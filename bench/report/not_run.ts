/**
 * What a report could not measure, so that nobody takes a gap for a zero.
 *
 * @module
 */
import type { NotRun, Report } from "./report.ts";

/** Servers, runtimes and workloads, then clients with the places where the same kept them from it. */
export function everythingNotRun({ notRun, tables }: Report): NotRun[] {
  const places = new Map<string, Map<string, string[]>>();
  for (const { table: { workload, runtime, server, notRun: clients } } of tables) {
    for (const { client, reason } of clients) {
      const key = `${client}\n${reason}`;
      const at = places.get(key) ?? new Map<string, string[]>();
      places.set(key, at);
      const where = `${runtime} with ${server}`;
      at.set(where, [...at.get(where) ?? [], workload]);
    }
  }
  const clients = Array.from(places, ([key, at]) => {
    const [client = "", reason = ""] = key.split("\n");
    const where = Array.from(at, ([place, workloads]) => `${place}: ${workloads.join(", ")}`).join("; ");
    return { what: client, reason: `${reason} (${where})` };
  });
  return [...notRun, ...clients];
}
