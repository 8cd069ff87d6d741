/**
 * A fence around code of the user.
 *
 * @module
 */

/** Calls `fn`; what it throws or rejects with stays here: a callback of the user must not break what calls it. */
export function fenced(fn: () => unknown): void {
  try {
    const result = fn();
    if (result instanceof Promise) result.catch(ignore);
  } catch {
    // Whoever cares about errors of his callback catches them himself.
  }
}

function ignore(): void {}
