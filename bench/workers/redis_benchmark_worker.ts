/**
 * The server's own load generator, which is written in C and gives each caller a connection.
 *
 * @module
 */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { data } from "../workloads/data.ts";
import type { Round } from "../workloads/round.ts";
import { workloadNamed } from "../workloads/workload.ts";
import { serve } from "./serve.ts";

const program = "redis-benchmark";
const run = promisify(execFile);
/** Less than a worker has, so that none is left behind by a worker that was killed. */
const limits = { timeout: 12_000, killSignal: "SIGKILL" } as const;

function versionOf(): string {
  return /\d+\.\d+\.\d+/.exec(execFileSync(program, ["--version"], { encoding: "utf8" }))?.[0] ?? "?";
}

/** Columns: test, rps, then latencies in milliseconds: average, least, p50, p95, p99, greatest. */
function readCsv(text: string): { rate: number; p50: number; p95: number; p99: number } {
  const cells = text.trim().split("\n").at(-1)!.split(",").map((cell) => Number(cell.replaceAll('"', "")));
  const [, rate = NaN, , , p50 = NaN, p95 = NaN, p99 = NaN] = cells;
  if (Number.isNaN(rate)) {
    throw new Error(`${program} printed ${text.slice(0, 200)}`);
  }
  return { rate, p50, p95, p99 };
}

await serve<Round>(async ({ workload: name, host, port }) => {
  const { work, callers, batch, data: dataName } = workloadNamed(name);
  if (work !== "get" && work !== "pipeline") return undefined;
  const target = ["-h", host, "-p", String(port), "-c", String(callers), "-P", String(batch), "--csv"];
  const version = versionOf();
  // It counts requests, not seconds: each round says how many fit into the next one.
  const measure = async (requests: number): Promise<Round> => {
    const args = [...target, "-n", String(requests), "GET", data[dataName].key];
    const { rate, ...percentiles } = readCsv((await run(program, args, limits)).stdout);
    const elapsedMs = requests / rate * 1000;
    return { operations: requests, elapsedMs, ...percentiles, cpuMs: null, peakMemoryBytes: null };
  };
  let { operations, elapsedMs } = await measure(Math.max(callers * batch, 1000));
  return {
    version,
    run: async ({ seconds }) => {
      const round = await measure(Math.max(callers * batch, Math.round(operations / elapsedMs * 1000 * seconds)));
      ({ operations, elapsedMs } = round);
      return round;
    },
  };
});
