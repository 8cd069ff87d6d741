/** The server is gone. Callers with 300 ms each: held until their time is up, or told at once. */
import { createPool, type RedisError } from "../../mod.ts";
import { startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
const port = server.port;
await server.close();
for (const whenOpen of ["wait", "reject"] as const) {
  const options = {
    port,
    acquireTimeoutMs: 300,
    circuitBreaker: { whenOpen, failures: 1, openMs: 5000, maxOpenMs: 5000 },
  };
  const pool = createPool({ host: "127.0.0.1", ...options });
  const outcome = () => pool.acquire().then(() => "", (error: RedisError) => error.code);
  await outcome(); // attempts to connect fail, and the circuit opens
  const startedAt = performance.now();
  const codes = await Promise.all([outcome(), outcome(), outcome()]);
  const tookMs = performance.now() - startedAt;
  const { circuit, connectFailuresByCode } = pool.stats();
  console.log(`whenOpen ${whenOpen}: ${codes[0]} after ${tookMs.toFixed(0)} ms`);
  console.log(`  the circuit is ${circuit}, ${Object.keys(connectFailuresByCode).join()}`);
  await pool.destroy();
}
