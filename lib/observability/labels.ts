/**
 * Counts by label.
 *
 * @module
 */

/** Labels beyond this many are counted together, so that nothing from outside makes the counts grow without end. */
const maxLabels = 64;

/** Adds to the count of a label; of `OTHER` when there are too many labels already. */
export function countLabel(counts: Map<string, number>, label: string, count = 1): void {
  const key = counts.has(label) || counts.size < maxLabels ? label : "OTHER";
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The label of an error: its code when it has one. */
export function labelOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "UNKNOWN";
}
