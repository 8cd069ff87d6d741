/**
 * What taking a connection costs, beside generic-pool: `deno bench -A bench/pool/acquire_bench.ts`, or with `bun` or
 * `node` (22.18 or later) in front of the file.
 */
import { createPool } from "generic-pool";
import { Pool } from "../../lib/pool/pool.ts";
import { bench, run } from "./harness.ts";

const slots = 10;
const connection = { open: true };
const factory = { connect: () => Promise.resolve({ ...connection }), destroy: () => {} };
const rivalFactory = { create: () => Promise.resolve({ ...connection }), destroy: () => Promise.resolve() };

const pool = new Pool(factory, { maxSize: slots, maxWaiters: 0 });
await pool.warm(slots);
const rival = createPool(rivalFactory, { min: slots, max: slots });
await rival.ready();

/** Acquires and releases one after the other. */
const sequential = 1000;

async function one(): Promise<void> {
  for (let n = 0; n < sequential; n++) (await pool.acquire()).release();
}

async function rivalOne(): Promise<void> {
  for (let n = 0; n < sequential; n++) rival.release(await rival.acquire());
}

/** Has `callers` acquire at the same time; each holds its connection for a turn. */
async function crowd(callers: number): Promise<void> {
  const calls = new Array<Promise<void>>(callers);
  for (let n = 0; n < callers; n++) calls[n] = hold();
  await Promise.all(calls);
}

async function hold(): Promise<void> {
  const lease = await pool.acquire();
  await undefined;
  lease.release();
}

async function rivalCrowd(callers: number): Promise<void> {
  const calls = new Array<Promise<void>>(callers);
  for (let n = 0; n < callers; n++) calls[n] = rivalHold();
  await Promise.all(calls);
}

async function rivalHold(): Promise<void> {
  const held = await rival.acquire();
  await undefined;
  rival.release(held);
}

/** Keeps `waiters` in line: serves the oldest and has another one join, over and over. */
async function lineOf(waiters: number): Promise<() => Promise<void>> {
  const pool = new Pool(factory, { maxSize: 1, maxWaiters: 0, acquireTimeoutMs: 600_000 });
  let lease = await pool.acquire();
  const line = Array.from({ length: waiters }, () => pool.acquire());
  let head = 0;
  return async () => {
    for (let n = 0; n < sequential; n++) {
      lease.release();
      lease = await line[head]!;
      line[head] = pool.acquire();
      head = (head + 1) % waiters;
    }
  };
}

bench("acquire-release", "respool", sequential, one);
bench("acquire-release", "generic-pool", sequential, rivalOne);
bench("1000 callers on 10 slots", "respool", 1000, () => crowd(1000));
bench("1000 callers on 10 slots", "generic-pool", 1000, () => rivalCrowd(1000));
for (const waiters of [10, 1000, 10_000, 100_000]) {
  bench("with so many in line all the time", `${waiters}`, sequential, await lineOf(waiters));
}
await run();
