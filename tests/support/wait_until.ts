/** Resolves once a condition holds that no event announces; rejects when it does not within `patienceMs`. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  patienceMs = 10_000,
  what: () => string = () => condition.toString(),
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${patienceMs} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Waits so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
