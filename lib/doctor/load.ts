/**
 * Callers that repeat a call until the time is over.
 *
 * @module
 */
import { Histogram } from "../base/histogram.ts";
import type { LoadPoint, Times } from "./report.ts";

/** What a histogram has to tell, in milliseconds with three decimals. */
export function timesOf(times: Histogram): Times {
  const [leastMs, p50Ms, p99Ms] = [times.minMs, times.percentileMs(50), times.percentileMs(99)].map(rounded);
  return { count: times.count, leastMs: leastMs!, p50Ms: p50Ms!, p99Ms: p99Ms! };
}

/**
 * Lets `callers` callers each repeat `call`, one after the other, for `durationMs`.
 *
 * @throws What a call throws; the other callers stop then.
 */
export async function runCallers(
  call: () => Promise<unknown>,
  { callers, durationMs }: { callers: number; durationMs: number },
): Promise<LoadPoint> {
  const times = new Histogram();
  const startedAt = performance.now();
  let endAt = startedAt + durationMs;
  const caller = async (): Promise<void> => {
    // The end of one call is the start of the next: half the clock reads. Each caller calls at least once.
    let before = performance.now();
    do {
      await call();
      const now = performance.now();
      times.record(now - before);
      before = now;
    } while (before < endAt);
  };
  try {
    await Promise.all(Array.from({ length: callers }, caller));
  } finally {
    endAt = 0;
  }
  const perSecond = Math.round(times.count / (performance.now() - startedAt) * 1000);
  return { callers, perSecond, ...timesOf(times) };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
