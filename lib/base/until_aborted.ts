/**
 * Waiting no longer than a signal allows for what cannot be told to stop.
 *
 * @module
 */

/** Settles like `promise`, or rejects with the signal's reason once that fires. */
export function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    const settled = () => signal.removeEventListener("abort", abort);
    promise.then(resolve, reject).then(settled);
  });
}
