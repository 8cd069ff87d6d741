/**
 * What taking a connection costs, beside generic-pool: `deno bench -A bench/pool/acquire_bench.ts`, or with `bun` or
 * `node` (22.18 or later) in front of the file.
 */
import { createRequire } from "node:module";
import { Pool } from "../../lib/pool/pool.ts";
import { bench, run } from "./harness.ts";

interface Rival {
  acquire(): PromiseLike<object>;
  release(held: object): PromiseLike<void>;
  ready(): PromiseLike<void>;
}

// Rivals are installed beside the benches and are not part of what is type-checked.
const require = createRequire(new URL("../package.json", import.meta.url));
const { createPool } = require("generic-pool") as { createPool: (factory: object, options: object) => Rival };

const slots = 10;
const connection = { open: true };
const factory = {
  connect: () => Promise.resolve({ ...connection }),
  destroy: () => {},
};
const rivalFactory = {
  create: () => Promise.resolve({ ...connection }),
  destroy: () => Promise.resolve(),
};

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

/** Has `callers` acquire at the same time; each releases as soon as it was served. */
function crowd<T>(
  callers: number,
  acquire: () => PromiseLike<T>,
  release: (held: T) => unknown,
): Promise<void> {
  return new Promise((resolve) => {
    let left = callers;
    const served = (held: T) => {
      release(held);
      if (--left === 0) resolve();
    };
    for (let n = 0; n < callers; n++) acquire().then(served);
  });
}

const ours = (): Promise<void> => crowd(1000, () => pool.acquire(), (lease) => lease.release());
const theirs = (): Promise<void> => crowd(1000, () => rival.acquire(), (held) => rival.release(held));

/** Keeps `waiters` in line: serves the oldest and has another one join, over and over. */
async function lineOf(waiters: number): Promise<() => Promise<void>> {
  const pool = new Pool(factory, {
    maxSize: 1,
    maxWaiters: 0,
    acquireTimeoutMs: 600_000,
  });
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
bench("1000 callers on 10 slots", "respool", 1000, ours);
bench("1000 callers on 10 slots", "generic-pool", 1000, theirs);
for (const waiters of [10, 1000, 10_000, 100_000]) {
  bench(
    "with so many in line all the time",
    `${waiters}`,
    sequential,
    await lineOf(waiters),
  );
}
await run(import.meta.main);
