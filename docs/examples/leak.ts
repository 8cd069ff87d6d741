/** A lease that nobody releases, found by the place it was acquired at. */
import { createPool } from "../../mod.ts";
import { startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
const pool = createPool(server.url, { leakDetectionMs: 200, reclaimLeaked: true });

async function forgetful(): Promise<void> {
  const lease = await pool.acquire();
  await lease.ping();
}

const leaked = new Promise<void>((resolve) => {
  pool.addEventListener("leak", ({ detail }) => {
    console.log(`held for ${detail.heldMs.toFixed(0)} ms, acquired in ${/forgetful/.exec(detail.stack)?.[0]}`);
    resolve();
  }, { once: true });
});
await forgetful();
await leaked;
console.log(`${pool.stats().leaks} leak`);
await pool.close();
await server.close();
