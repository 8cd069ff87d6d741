/**
 * Callers that repeat an operation until the time is over.
 *
 * @module
 */
import { Samples } from "./samples.ts";

/** What a workload came to. */
export interface Measured {
  /** Calls that were answered. */
  readonly calls: number;
  /** From the first call to the last answer. */
  readonly elapsedMs: number;
  /** The time of each call. */
  readonly samples: Samples;
}

/**
 * Lets `callers` callers each repeat `operation`, one call after the other, for `seconds`.
 *
 * @param onProgress Called about ten times a second with the share of the time that is over.
 */
export async function measure(
  operation: () => Promise<unknown>,
  { callers, seconds, onProgress }: {
    callers: number;
    seconds: number;
    onProgress: (share: number) => void;
  },
): Promise<Measured> {
  const samples = new Samples();
  const startedAt = performance.now();
  let endAt = startedAt + seconds * 1000;
  const caller = async (): Promise<void> => {
    // The end of one call is the start of the next: half the clock reads.
    for (let before = performance.now(); before < endAt;) {
      await operation();
      const now = performance.now();
      samples.add(now - before);
      before = now;
    }
  };
  const timer = setInterval(
    () => onProgress((performance.now() - startedAt) / (endAt - startedAt)),
    100,
  );
  try {
    await Promise.all(Array.from({ length: callers }, caller));
  } finally {
    // When one caller failed the others stop, too.
    endAt = 0;
    clearInterval(timer);
  }
  return {
    calls: samples.length,
    elapsedMs: performance.now() - startedAt,
    samples,
  };
}
