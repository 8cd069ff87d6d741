/**
 * Options as they were given.
 *
 * @module
 */

/** The own properties of `options` but those that are `undefined`, which count as left out. */
export function given<T extends object>(options: T | undefined): T {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as T;
}
