/**
 * A fence around code of the user.
 *
 * @module
 */

/** Calls `fn`; what it throws stays here, since a callback of the user must not break what calls it. */
export function fenced(fn: () => unknown): void {
  try {
    fn();
  } catch {
    // Whoever cares about errors of his callback catches them himself.
  }
}
