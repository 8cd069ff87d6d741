/**
 * Measures a server through the pool. Nothing is written: every command is a PING that carries its own bytes.
 *
 * @module
 */
import { Histogram } from "../base/histogram.ts";
import type { RedisPoolOptions } from "../client/options.ts";
import type { RedisPool } from "../client/redis_pool.ts";
import { runCallers, timesOf } from "./load.ts";
import type { LoadPoint, Measurements, SizePoint, Times } from "./report.ts";

/** What is measured, and how. */
export interface Plan {
  /** Makes a pool for the server in question. */
  open(options: RedisPoolOptions): RedisPool;
  /** How long each load lasts, in milliseconds. */
  loadMs: number;
  /** The most connections that may be open at a time. */
  mostConnections: number;
  /** Hears what is measured next. */
  onStep(step: string): void;
}

/** How many callers the shared lane is measured with. */
export const callerCounts: readonly number[] = [1, 10, 50, 1000];

/** How many connections leases are measured with, and the callers that take turns on them. */
export const leaseSizes: readonly number[] = [1, 2, 4, 8, 16, 32, 64];
const leaseCallers = 64;

const connects = 10;
const small = "x".repeat(64);
/** Large enough for the lane to keep it out of the way of small commands. */
const large = "x".repeat(262_144);

/**
 * Takes every measurement, one after the other.
 *
 * @throws {RedisError} What the server or the connection fails with.
 */
export async function measure(plan: Plan): Promise<Measurements> {
  plan.onStep("connecting");
  const connect = await measureConnects(plan);
  plan.onStep("round trip");
  const { perSecond: _, callers: __, ...roundTrip } = await withPool(
    plan,
    { maxSize: 1 },
    (pool) => loadLane(pool, plan, 1),
  );
  return {
    connect,
    roundTrip,
    callers: await measureCallers(plan),
    leases: await measureLeases(plan),
    besideLarge: await measureBesideLarge(plan),
  };
}

async function measureConnects(plan: Plan): Promise<Times> {
  const times = new Histogram();
  for (let i = 0; i < connects; i++) {
    const startedAt = performance.now();
    await withPool(plan, { maxSize: 1 }, () => Promise.resolve(times.record(performance.now() - startedAt)));
  }
  return timesOf(times);
}

function measureCallers(plan: Plan): Promise<LoadPoint[]> {
  return withPool(plan, { maxSize: 2 }, async (pool) => {
    const points: LoadPoint[] = [];
    for (const callers of callerCounts) {
      plan.onStep(callers === 1 ? "1 caller" : `${callers} callers`);
      points.push(await loadLane(pool, plan, callers));
    }
    return points;
  });
}

async function measureLeases(plan: Plan): Promise<SizePoint[]> {
  const points: SizePoint[] = [];
  for (const connections of leaseSizes.filter((size) => size <= Math.max(1, plan.mostConnections))) {
    plan.onStep(`leases on ${connections === 1 ? "1 connection" : `${connections} connections`}`);
    const sizes = { maxSize: connections, minIdle: connections, maxConcurrentConnects: 16 };
    const point = await withPool(plan, sizes, (pool) => {
      const call = () => pool.use((lease) => lease.send(["PING", small]));
      return runCallers(call, { callers: leaseCallers, durationMs: plan.loadMs });
    });
    points.push({ ...point, connections });
  }
  return points;
}

async function measureBesideLarge(plan: Plan): Promise<SizePoint[]> {
  const points: SizePoint[] = [];
  for (const connections of [1, 2]) {
    plan.onStep(`large values on ${connections === 1 ? "1 shared connection" : "2 shared connections"}`);
    // One more than are shared, since the pool keeps one for leases.
    const options = { maxSize: connections + 1, shared: { connections } };
    points.push({ ...await withPool(plan, options, (pool) => loadBesideLarge(pool, plan)), connections });
  }
  return points;
}

async function loadBesideLarge(pool: RedisPool, plan: Plan): Promise<LoadPoint> {
  await pool.send(["PING", large]);
  let isOver = false;
  const beside = (async () => {
    while (!isOver) await pool.send(["PING", large]);
  })();
  try {
    return await loadLane(pool, plan, 10);
  } finally {
    isOver = true;
    await beside;
  }
}

function loadLane(pool: RedisPool, { loadMs }: Plan, callers: number): Promise<LoadPoint> {
  return runCallers(() => pool.send(["PING", small]), { callers, durationMs: loadMs });
}

/** Runs `use` with a pool that is connected, and closes it. */
async function withPool<T>(plan: Plan, options: RedisPoolOptions, use: (pool: RedisPool) => Promise<T>): Promise<T> {
  const pool = plan.open(options);
  try {
    await pool.ready();
    return await use(pool);
  } finally {
    await pool.destroy();
  }
}
