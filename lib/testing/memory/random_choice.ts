/**
 * Random picks for SRANDMEMBER, HRANDFIELD and SPOP.
 *
 * @module
 */

/** `count` different values in random order, or all of them when there are fewer. */
export function pickDistinct<T>(values: readonly T[], count: number): T[] {
  const pool = [...values];
  const picked = Math.min(count, pool.length);
  for (let i = 0; i < picked; i++) {
    const other = i + Math.floor(Math.random() * (pool.length - i));
    [pool[i], pool[other]] = [pool[other]!, pool[i]!];
  }
  return pool.slice(0, picked);
}

/** `count` values for a count that is not negative, else as many picks with repetition. */
export function pick<T>(values: readonly T[], count: number): T[] {
  if (count >= 0) return pickDistinct(values, count);
  if (values.length === 0) return [];
  return Array.from({ length: -count }, () => values[Math.floor(Math.random() * values.length)]!);
}
