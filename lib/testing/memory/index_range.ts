/**
 * Ranges by position, where negative numbers count from the end.
 *
 * @module
 */

/** The positions from and up to of a range whose both ends are part of it; an empty range begins where it ends. */
export function indexRange(start: number, stop: number, length: number): [number, number] {
  const from = Math.max(0, start < 0 ? start + length : start);
  const to = Math.min(length, (stop < 0 ? stop + length : stop) + 1);
  return [Math.min(from, length), Math.max(Math.min(from, length), to)];
}
