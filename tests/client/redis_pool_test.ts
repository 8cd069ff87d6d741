import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import type { RedisLease } from "../../lib/client/redis_lease.ts";
import { faultyPool } from "./faulty_pool.ts";

/** A type that both sides must agree on. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Never called: what its expressions are is checked by the compiler alone. */
async function types(pool: RedisPool, lease: RedisLease): Promise<true[]> {
  const bytes = pool.with({ replies: { strings: "bytes" } });
  const get: Same<Awaited<ReturnType<typeof pool.get>>, string | null> = true;
  const getBytes: Same<Awaited<ReturnType<typeof bytes.get>>, Uint8Array | null> = true;
  const send: Same<Awaited<ReturnType<typeof pool.send>>, unknown> = true;
  const used = await pool.use(async (on) => (await on.get("k"))?.length ?? 0);
  const use: Same<typeof used, number> = true;
  const piped = await bytes.pipeline().get("k").incr("n").exec();
  const pipe: Same<typeof piped, [Uint8Array | null, number]> = true;
  const onPool = await pool.multi().get("k").exec();
  const poolMulti: Same<typeof onPool, [string | null]> = true;
  const onLease = await lease.multi().get("k").exec();
  const leaseMulti: Same<typeof onLease, [string | null] | null> = true;
  // @ts-expect-error: it changes the state of a connection that others share
  pool.watch;
  // @ts-expect-error: the same for a view of the pool
  pool.with({}).select;
  // @ts-expect-error: everybody would wait behind it
  pool.pipeline().blpop;
  // @ts-expect-error: no such option
  pool.with({ timeout: 5 });
  // @ts-expect-error: objects are no arguments
  pool.set("k", { a: 1 });
  return [get, getBytes, send, use, pipe, poolMulti, leaseMulti];
}

test("a pool and a lease have what their types promise, and no more than that for the state of a connection", async () => {
  assert.equal(typeof types, "function");
  const { pool, end } = faultyPool();
  const lease = await pool.acquire();
  for (const name of ["watch", "unwatch", "select", "wait"] as const) {
    assert.equal(typeof lease[name], "function");
    assert.equal((pool as unknown as Record<string, unknown>)[name], undefined, name);
  }
  for (const name of ["get", "blpop", "send", "with", "pipeline", "multi"] as const) {
    assert.equal(typeof pool[name], "function");
    assert.equal(typeof lease[name], "function");
  }
  lease.release();
  await end();
});
