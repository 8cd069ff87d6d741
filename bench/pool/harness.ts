/** One way to say what is measured: `deno bench` takes it as it is, elsewhere rounds are timed and medians printed. */

interface Entry {
  readonly group: string;
  readonly name: string;
  readonly operations: number;
  readonly fn: () => Promise<void>;
}

type DenoBench = (
  options: {
    name: string;
    group: string;
    baseline: boolean;
    fn: () => Promise<void>;
  },
) => void;

const entries: Entry[] = [];
/** Registers a measurement; `fn` does `operations` of them. Those of one group are compared. */
export function bench(
  group: string,
  name: string,
  operations: number,
  fn: () => Promise<void>,
): void {
  entries.push({ group, name, operations, fn });
}

const budgetMs = 1500;

/**
 * Hands everything to `deno bench`. Where that is not at work, runs it, the members of a group by turns, and prints the
 * median and the 99th percentile of the samples and the ratio of the medians.
 */
export async function run(isMain: boolean): Promise<void> {
  const denoBench = (globalThis as { Deno?: { bench?: DenoBench } }).Deno
    ?.bench;
  if (denoBench === undefined || isMain) return await measure();
  for (const { group, name, fn } of entries) {
    denoBench({ group, name, fn, baseline: name === "respool" });
  }
}

async function measure(): Promise<void> {
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const members = entries.filter((entry) => entry.group === group);
    const samples = members.map((): number[] => []);
    const end = performance.now() + budgetMs * (members.length + 1);
    for (let warm = 0; warm < 20; warm++) {
      for (const entry of members) await sample(entry);
    }
    while (performance.now() < end) {
      for (const [i, entry] of members.entries()) {
        samples[i]?.push(await sample(entry));
      }
    }
    const base = percentile(samples[0] ?? [], 0.5);
    for (const [i, { name }] of members.entries()) {
      const times = samples[i] ?? [];
      const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
      const numbers = `${p50.toFixed(0).padStart(7)} ns ${p99.toFixed(0).padStart(8)} ns  ${(p50 / base).toFixed(2)}`;
      console.log(`${group.padEnd(36)} ${name.padEnd(14)} ${numbers}`);
    }
  }
}

/** Nanoseconds per operation. */
async function sample({ fn, operations }: Entry): Promise<number> {
  const start = performance.now();
  await fn();
  return (performance.now() - start) * 1e6 / operations;
}

function percentile(values: number[], rank: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * rank)] ??
    0;
}
