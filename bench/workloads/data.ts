/**
 * What the workloads read and write: keys that are filled once per server.
 *
 * @module
 */

/** A value of the benches. */
export interface Data {
  readonly key: string;
  /** Its length; of a list, that of each element. */
  readonly bytes: number;
  /** How many elements, if it is a list. */
  readonly elements?: number;
}

const sizes = {
  "10 B": 10,
  "100 B": 100,
  "1 KB": 1000,
  "10 KB": 10_000,
  "100 KB": 100_000,
  "1 MB": 1_000_000,
} as const;

/** Names a value of the benches. */
export type DataName = keyof typeof sizes | "9 B" | "5 MB" | "list";

/** Every value. */
export const data: Record<DataName, Data> = {
  ...Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, plain(name, bytes)])) as Record<
    keyof typeof sizes,
    Data
  >,
  "9 B": plain("9 B", 9),
  "5 MB": plain("5 MB", 5_000_000),
  list: { key: "respool:bench:list", bytes: 8, elements: 100_000 },
};

function plain(name: string, bytes: number): Data {
  return { key: `respool:bench:${name.replace(" ", "").toLowerCase()}`, bytes };
}

/** A text of so many bytes, all ASCII. */
export function valueOf(bytes: number): string {
  return "value-".padEnd(bytes, "0123456789abcdef").slice(0, bytes);
}

/** The key that is written, so that no workload reads what another one wrote. */
export const writtenKey = "respool:bench:written";
