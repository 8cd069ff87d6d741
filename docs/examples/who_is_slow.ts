/** The same calls in a good hour, on a network that is 10 ms late, and on a pool that is too small for its callers. */
import { createPool } from "../../mod.ts";
import { startFaultProxy, startMemoryServer } from "../../lib/entry/testing.ts";

const server = await startMemoryServer();
const proxy = await startFaultProxy({ targetPort: server.port });

async function show(title: string, { callers, delayMs }: { callers: number; delayMs: number }): Promise<void> {
  proxy.delay("toClient", delayMs);
  const pool = createPool(proxy.url, { maxSize: 4 });
  await pool.warm(4);
  const caller = async () => {
    for (let i = 0; i < 64; i++) {
      await pool.get("key");
      if (i % 8 === 0) {
        await pool.use(async (lease) => {
          await lease.ping();
          await new Promise((resolve) => setTimeout(resolve, 5));
        });
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const { wait, connect, command } = pool.stats();
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(`${title}: wait ${ms(wait.p50Ms)}, connect ${ms(connect.p50Ms)}, command ${ms(command.p50Ms)}`);
  await pool.close();
}

await show("all is well", { callers: 2, delayMs: 0 });
await show("a slow network", { callers: 2, delayMs: 10 });
await show("a small pool", { callers: 24, delayMs: 0 });
await proxy.close();
await server.close();
