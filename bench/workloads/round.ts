/**
 * What one round came to, as a worker tells it.
 *
 * @module
 */

/** One client, one workload, some seconds. */
export interface Round {
  /** Operations that were done. */
  readonly operations: number;
  /** From the first call to the last answer. */
  readonly elapsedMs: number;
  /** Percentiles of the time of one call, in milliseconds; a pipeline is one call. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Processor time of the client's whole process, all threads; `null` where it cannot be known. */
  readonly cpuMs: number | null;
  /** The most memory the client's process ever held; `null` where it cannot be known. */
  readonly peakMemoryBytes: number | null;
  /** Values of 5 MB fetched alongside, where the workload has them. */
  readonly alongside?: number;
}
