/** Small commands while another caller moves values of 4 MB, on one shared connection and on two. */
import { createPool } from "../../mod.ts";
import { startFaultProxy, startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
const proxy = await startFaultProxy({ targetPort: server.port });
proxy.bandwidth(40_000); // 40 MB/s, a twentieth of a second for each half of the way
for (const connections of [1, 2]) {
  const pool = createPool(proxy.url, { maxSize: 3, shared: { connections } });
  await pool.ready();
  await pool.set("large", "x".repeat(4_000_000));
  let isOver = false;
  const mover = (async () => {
    while (!isOver) await pool.get("large");
  })();
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const startedAt = performance.now();
    await pool.get("small");
    times.push(performance.now() - startedAt);
  }
  isOver = true;
  await mover;
  const median = times.sort((a, b) => a - b)[15] ?? 0;
  console.log(`shared.connections ${connections}: a small GET takes ${median.toFixed(1)} ms (p50)`);
  await pool.close();
}
await proxy.close();
await server.close();
