/**
 * What connections and commands weigh while they do nothing.
 *
 * @module
 */
import process from "node:process";
import type { Client } from "../clients/client.ts";
import { data } from "./data.ts";

/** A question about memory. */
export interface MemoryWorkload {
  readonly name: string;
  readonly title: string;
  /** How many connections or commands there are. */
  readonly count: number;
  readonly of: "idle connection" | "waiting command" | "command";
}

function idle(count: number): MemoryWorkload {
  return {
    name: `idle-${count}`,
    title: `memory per connection of a pool with ${count} idle`,
    count,
    of: "idle connection",
  };
}

/** Every question, by name. */
export const memoryWorkloads: readonly MemoryWorkload[] = [...[1, 10, 100, 1000].map(idle), {
  name: "waiting-commands",
  title: "memory per command of 100 000 that wait for a server that is paused",
  count: 100_000,
  of: "waiting command",
}, { name: "allocation", title: "memory allocated per command, garbage included", count: 50_000, of: "command" }];

/** The answer. */
export interface MemoryResult {
  /** On the heap of JavaScript. */
  readonly heapBytes: number;
  /** Of the whole process; `null` where it says nothing. */
  readonly residentBytes: number | null;
}

interface Collectors {
  gc?: () => void;
  Bun?: { gc(force: boolean): void };
}

async function settle(): Promise<void> {
  const { gc, Bun } = globalThis as Collectors;
  for (let i = 0; i < 5; i++) {
    if (Bun) Bun.gc(true);
    else gc!();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is held after all garbage is gone. */
async function weigh(): Promise<{ heap: number; resident: number }> {
  await settle();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

/** What `make` holds on to, by the count. */
export async function weighMade(count: number, make: () => Promise<unknown>): Promise<MemoryResult> {
  const before = await weigh();
  const made = await make();
  const after = await weigh();
  // Kept alive until it was weighed.
  if (made === null) throw new Error("nothing was made");
  return { heapBytes: (after.heap - before.heap) / count, residentBytes: (after.resident - before.resident) / count };
}

/** What commands weigh that wait for a paused server; the caller's own list of promises is left out. */
export async function weighWaiting(get: NonNullable<Client["get"]>, count: number): Promise<MemoryResult> {
  const { key } = data["9 B"];
  const promises = new Array<Promise<unknown> | null>(count).fill(null);
  let isAnswered = false;
  const result = await weighMade(count, () => {
    for (let i = 0; i < count; i++) promises[i] = get(key);
    promises[0]!.then(() => isAnswered = true, () => isAnswered = true);
    return new Promise((resolve) => setTimeout(() => resolve(promises), 300));
  });
  if (isAnswered) throw new Error("the pause was over before they were weighed");
  await Promise.all(promises);
  return result;
}

/** Callers that are waiting at the same time while allocation is counted. */
const allocationCallers = 1000;

/** What commands allocate between two collections; V8 needs a young generation that is large enough for all of it. */
export async function countAllocation(get: NonNullable<Client["get"]>, count: number): Promise<MemoryResult> {
  const { key } = data["9 B"];
  const promises = new Array<Promise<unknown>>(allocationCallers);
  const turns = async (times: number) => {
    for (let turn = 0; turn < times; turn++) {
      for (let i = 0; i < allocationCallers; i++) promises[i] = get(key);
      // Promise.all would allocate, too.
      for (let i = 0; i < allocationCallers; i++) await promises[i];
    }
  };
  await turns(count / allocationCallers);
  await settle();
  const before = process.memoryUsage().heapUsed;
  await turns(count / allocationCallers);
  const after = process.memoryUsage().heapUsed;
  if (after <= before) throw new Error("the heap was collected meanwhile");
  return { heapBytes: (after - before) / count, residentBytes: null };
}

/** Finds a question. */
export function memoryWorkloadNamed(name: string): MemoryWorkload {
  const found = memoryWorkloads.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no workload ${name}`);
  return found;
}
