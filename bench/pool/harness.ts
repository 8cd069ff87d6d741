/** One way to say what is measured: `deno bench` takes it as it is, elsewhere rounds are timed and medians printed. */

interface Entry {
  readonly group: string;
  readonly name: string;
  readonly operations: number;
  readonly fn: () => Promise<void>;
}

interface DenoBench {
  bench?: (options: { name: string; group: string; baseline: boolean; fn: () => Promise<void> }) => void;
}

const entries: Entry[] = [];
const isDenoBench = (() => {
  try {
    (globalThis as { Deno?: DenoBench }).Deno?.bench?.({
      name: "(start)",
      group: "",
      baseline: false,
      fn: async () => {},
    });
    return "Deno" in globalThis && !("Bun" in globalThis);
  } catch {
    return false;
  }
})();

/** Registers a measurement; `fn` does `operations` of them. Those of one group are compared. */
export function bench(group: string, name: string, operations: number, fn: () => Promise<void>): void {
  entries.push({ group, name, operations, fn });
}

const roundMs = 150;
const rounds = 9;

/** Runs everything, the members of a group by turns, and prints nanoseconds per operation. */
export async function run(): Promise<void> {
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const members = entries.filter((entry) => entry.group === group);
    const times = members.map((): number[] => []);
    for (const entry of members) await round(entry);
    for (let n = 0; n < rounds; n++) {
      for (const [i, entry] of members.entries()) times[i]?.push(await round(entry));
    }
    const medians = times.map(median);
    for (const [i, { name }] of members.entries()) {
      const ratio = (medians[i] ?? 0) / (medians[0] ?? 1);
      console.log(
        `${group.padEnd(36)} ${name.padEnd(14)} ${(medians[i] ?? 0).toFixed(0).padStart(7)} ns  ${ratio.toFixed(2)}`,
      );
    }
  }
}

async function round({ fn, operations }: Entry): Promise<number> {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  do {
    await fn();
    calls++;
    elapsed = performance.now() - start;
  } while (elapsed < roundMs);
  return elapsed * 1e6 / (calls * operations);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
