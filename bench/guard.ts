/**
 * Compares a short run with the published results: fails when respool's share of what a bare socket does has become
 * more than 15 % less. A workload that fails is measured once more before it counts.
 *
 * ```sh
 * deno task bench:guard
 * deno task bench:guard --runtimes deno,bun,node26
 * ```
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { root } from "../tests/support/runtimes.ts";
import { resultsFile } from "./report/pages.ts";
import { readReport } from "./report/report_file.ts";
import { isTooLow, publishedShares, type Share, shareSheet } from "./report/shares.ts";
import { toText } from "./report/sheet.ts";
import { findRuntime, type RuntimeProgram, thisRuntime } from "./run/programs.ts";
import { runStep, type Site } from "./run/suite.ts";
import { openServer } from "./servers/server.ts";

const { values } = parseArgs({
  options: {
    runtimes: { type: "string", default: thisRuntime() },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "0.3" },
  },
});
const rounds = { rounds: Number(values.rounds), seconds: Number(values.seconds), onRound: () => {} };
const published = readReport(readFileSync(join(root, resultsFile), "utf8"));

async function measure(workload: string, site: Site): Promise<number | undefined> {
  const step = { workload, family: "load", clients: ["respool", "raw"], turns: 0, secondsPerTurn: 0 } as const;
  const result = await runStep(step, site);
  if (result.family !== "load") return undefined;
  return result.table.rows.find(({ client }) => client === "respool")?.toRaw ?? undefined;
}

async function compare(workload: string, share: number, site: Site): Promise<Share> {
  const first: Share = { workload, published: share, measured: await measure(workload, site) };
  return isTooLow(first) ? { ...first, measured: await measure(workload, site) } : first;
}

async function compareAll(runtime: RuntimeProgram): Promise<Share[]> {
  const server = await openServer("redis");
  try {
    const site = { serverName: "redis", server, runtime, rounds };
    const shares: Share[] = [];
    for (const [workload, share] of publishedShares(published, runtime.kind)) {
      shares.push(await compare(workload, share, site));
    }
    console.log(`\n${runtime.title}, ${server.title}\n\n${toText(shareSheet(shares))}`);
    return shares;
  } finally {
    await server.stop();
  }
}

for (const runtime of values.runtimes.split(",").map(findRuntime)) {
  const shares = await compareAll(runtime);
  // With nothing to compare with, nothing was shown.
  if (shares.length === 0 || shares.some(isTooLow)) process.exitCode = 1;
}
