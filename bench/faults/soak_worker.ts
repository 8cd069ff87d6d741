/**
 * Lives with faults for so many minutes, five a minute: `minutes seed`. Prints a line for each part of the time and,
 * last, whether heap and handles stayed as they were.
 */
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { durable } from "../../tests/faults/disorder.ts";
import { onScene, type Scene, withTemporaryFolder } from "../../tests/faults/scene.ts";
import { holdTrial } from "../../tests/faults/trial.ts";
import { collect } from "../../tests/resp/memory.ts";
import type { RedisPool } from "../../mod.ts";

const [minutes, seed] = process.argv.slice(2).map(Number) as [number, number];
const parts = Math.max(4, Math.round(minutes * 2));
const partMs = minutes * 60_000 / parts;
const mebibyte = 1024 * 1024;

/** What a process holds while nobody calls. */
interface Holdings {
  readonly heapMb: number;
  readonly sockets: number;
  readonly timers: number;
  /** Open files of the process; 0 where they cannot be counted. */
  readonly files: number;
}

async function holdings(
  { connector, clock }: Scene,
  pool: RedisPool,
): Promise<Holdings> {
  // A few commands, so that the pool has what it always has; then what is late may settle.
  for (let n = 0; n < 10; n++) {
    await pool.use((lease) => lease.ping()).catch(() => {});
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  collect();
  collect();
  // Bun counts buffers as heap already.
  const { heapUsed, external } = { ...process.memoryUsage(), ..."Bun" in globalThis ? { external: 0 } : {} };
  const files = existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0;
  return {
    heapMb: (heapUsed + external) / mebibyte,
    sockets: connector.open,
    timers: clock.timers,
    files,
  };
}

/** Growth by the line that fits all parts best; the first quarter is warming up. */
function growth(values: readonly number[]): number {
  const rest = values.slice(Math.ceil(values.length / 4));
  const middle = (rest.length - 1) / 2;
  const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
  let [products, squares] = [0, 0];
  for (const [n, value] of rest.entries()) {
    products += (n - middle) * (value - mean);
    squares += (n - middle) ** 2;
  }
  return products / squares * (rest.length - 1);
}

await withTemporaryFolder((folder) =>
  onScene(durable(folder), async (scene) => {
    const pool = scene.pool();
    const held: Holdings[] = [];
    const sum = {
      written: 0,
      acknowledged: 0,
      ambiguous: 0,
      reads: 0,
      readsFailed: 0,
      faults: 0,
    };
    for (let part = 0; part < parts; part++) {
      const end = performance.now() + partMs;
      const isOver = () => performance.now() >= end;
      const trial = {
        writers: 20,
        readers: 10,
        pauseMs: Math.min(12_000, partMs / 3),
        restMs: 2,
        seed: seed + part,
        isOver,
      };
      const result = await holdTrial(scene, pool, trial);
      for (
        const name of [
          "written",
          "acknowledged",
          "ambiguous",
          "reads",
          "readsFailed",
        ] as const
      ) {
        sum[name] += result[name];
      }
      sum.faults += Object.values(result.faults).reduce(
        (all, count) => all + count,
        0,
      );
      held.push(await holdings(scene, pool));
      console.log(
        JSON.stringify({ part: part + 1, parts, ...result, ...held.at(-1)! }),
      );
    }
    const heapGrowthMb = growth(held.map(({ heapMb }) => heapMb));
    const most = (name: "sockets" | "timers" | "files") =>
      Math.max(...held.slice(1).map((one) => one[name] - held[0]![name]));
    const handles = {
      sockets: most("sockets"),
      timers: most("timers"),
      files: most("files"),
    };
    const isFlat = heapGrowthMb < 2 &&
      Object.values(handles).every((count) => count <= 3);
    console.log(JSON.stringify({ ...sum, heapGrowthMb, handles, isFlat }));
    if (!isFlat) process.exitCode = 1;
    await pool.close();
  })
);
