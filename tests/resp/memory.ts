/**
 * What a piece of work leaves behind in memory, measured the same way on each runtime.
 *
 * @module
 */
import assert from "node:assert/strict";
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

/** Collects what nobody refers to. */
export const collect: () => void = getCollector();

function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  // Bun counts buffers as heap already.
  return Bun === undefined ? heapUsed + external : heapUsed;
}

/**
 * Demands that what `work` returns holds at most `most` bytes of heap and buffers. It may try more than once, because
 * a collector that scans the stack may take a leftover there for a reference.
 */
export function holdsAtMost(most: number, work: () => unknown, what = ""): void {
  work();
  let least = Infinity;
  for (let i = 0; i < 4 && least > most; i++) {
    const before = held();
    const kept = work();
    least = Math.min(least, held() - before);
    assert.ok(kept !== undefined);
  }
  assert.ok(least <= most, `${least} bytes are held, ${most} would be fine${what}`);
}
