/** Eight callers hold a lease for 5 ms each, again and again: on two connections, and on eight. */
import { createPool } from "../../mod.ts";
import { startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
for (const maxSize of [2, 8]) {
  const pool = createPool(server.url, { maxSize });
  await pool.warm(maxSize);
  let waiting = 0;
  const caller = async () => {
    for (let i = 0; i < 20; i++) {
      await pool.use(async (lease) => {
        await lease.ping();
        waiting = Math.max(waiting, pool.stats().waiting);
        await new Promise((resolve) => setTimeout(resolve, 5));
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  const { acquiredAtOnce, acquiredAfterWait, wait, use } = pool.stats();
  console.log(`maxSize ${maxSize}: ${waiting} waiting at most`);
  console.log(`  ${acquiredAtOnce} at once, ${acquiredAfterWait} after a wait of ${wait.p99Ms.toFixed(1)} ms (p99)`);
  console.log(`  held for ${use.p50Ms.toFixed(1)} ms (p50)`);
  await pool.close();
}
await server.close();
