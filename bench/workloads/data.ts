/**
 * What the workloads read: keys that are filled once per server.
 *
 * @module
 */

/** A key of the benches, and its value's length in bytes. */
export const data = {
  nine: { key: "respool:bench:nine", bytes: 9 },
} as const satisfies Record<string, { key: string; bytes: number }>;

/** Names a key of the benches. */
export type DataName = keyof typeof data;

/** A value of so many bytes, all ASCII. */
export function valueOf(bytes: number): string {
  return "value-".padEnd(Math.max(bytes, 6), "0123456789abcdef".repeat(4))
    .slice(0, bytes);
}
