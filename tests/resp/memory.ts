/**
 * What a piece of work leaves behind in memory, measured the same way on each runtime.
 *
 * @module
 */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** 1 MiB. */
export const megabyte = 1_048_576;

const { Bun } = globalThis as { Bun?: { gc(isSynchronous: boolean): void } };

function getCollector(): () => void {
  if (Bun !== undefined) return () => Bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

const collect = getCollector();

function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  // Bun counts buffers as heap already.
  return Bun === undefined ? heapUsed + external : heapUsed;
}

/**
 * Bytes of heap and buffers that are in use because of what `work` returned: the least of some tries, because a
 * collector that scans the stack may take a leftover there for a reference.
 */
export function measureHeld(work: () => unknown): number {
  work();
  let least = Infinity;
  for (let i = 0; i < 3; i++) {
    const before = held();
    const kept = work();
    least = Math.min(least, held() - before);
    if (kept === undefined) throw new Error("nothing was kept");
  }
  return least;
}
