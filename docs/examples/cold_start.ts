/** The first eight leases after the start, with a server that is 10 ms away: unprepared, and with connections open. */
import { createPool } from "../../mod.ts";
import { startFaultProxy, startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
const proxy = await startFaultProxy({ targetPort: server.port });
proxy.delay("toClient", 10);
for (const minIdle of [0, 8]) {
  const pool = createPool(proxy.url, { minIdle });
  if (minIdle > 0) await pool.ready();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => pool.use((lease) => lease.ping())));
  const tookMs = performance.now() - startedAt;
  const { acquiredAtOnce, acquiredAfterWait } = pool.stats();
  console.log(`minIdle ${minIdle}: ${acquiredAtOnce} leases at once, ${acquiredAfterWait} after a wait`);
  console.log(`  all of them done after ${tookMs.toFixed(0)} ms`);
  await pool.close();
}
await proxy.close();
await server.close();
