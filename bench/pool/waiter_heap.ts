/**
 * What a waiting acquire weighs: `deno run -A --v8-flags=--expose-gc`, `node --expose-gc` or `bun` in front of the file.
 * Counted is what the pool allocates, the promise included; the array that keeps the promises is made before.
 */
import { Pool } from "../../lib/pool/pool.ts";

interface Runtime {
  gc?: () => void;
  Bun?: { gc: (sync: boolean) => void };
  process?: { memoryUsage(): { heapUsed: number } };
}

const { gc, Bun, process } = globalThis as Runtime;
// Bun's own figure for used heap is an estimate; its engine knows better.
const jsc = Bun === undefined ? undefined : await import("bun:jsc" as string) as { heapSize(): number };

async function usedHeap(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    if (Bun !== undefined) Bun.gc(true);
    else gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return jsc?.heapSize() ?? process?.memoryUsage().heapUsed ?? 0;
}

const count = 100_000;
for (let round = 0; round < 3; round++) {
  const pool = new Pool({
    connect: () => Promise.resolve({}),
    destroy: () => {},
  }, { maxSize: 1, maxWaiters: 0 });
  const lease = await pool.acquire();
  const waiting = new Array<Promise<unknown> | undefined>(count).fill(
    undefined,
  );
  const before = await usedHeap();
  for (let n = 0; n < count; n++) waiting[n] = pool.acquire();
  const after = await usedHeap();
  console.log(`${((after - before) / count).toFixed(0)} bytes per waiter`);
  for (const promise of waiting) promise?.catch(() => {});
  await Promise.all([pool.destroy(), lease.released]);
}
