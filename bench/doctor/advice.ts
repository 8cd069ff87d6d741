/**
 * Shows that the doctor's advice fits the server: examines one at once and through a proxy that is 2 ms late, then lets
 * 64 callers with a lease each work on the late one with the default `maxSize`, with the advice for the near one, and
 * with its own.
 *
 * ```sh
 * deno run -A bench/doctor/advice.ts
 * ```
 *
 * @module
 */
import { runCallers } from "../../lib/doctor/load.ts";
import type { DoctorReport } from "../../lib/doctor/report.ts";
import { examine } from "../../lib/entry/doctor.ts";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { createPool } from "../../mod.ts";
import { chooseServer } from "../demo/server.ts";
import { grouped, table } from "../demo/table.ts";

const delayMs = 2;
const rounds = 5;

const server = await chooseServer();
const proxy = await startFaultProxy({
  targetPort: Number(new URL(server.url).port),
});
proxy.delay("toClient", delayMs);
try {
  const near = sizeOf(await examine(server.url, { loadMs: 200 }));
  const far = sizeOf(await examine(proxy.url, { loadMs: 200 }));
  const sizes = {
    "the default": 10,
    "the advice for the near one": near,
    "its own advice": far,
  };
  const rates = await measure(Object.values(sizes));
  const rows = Object.entries(sizes).map((
    [name, size],
  ) => [name, String(size), grouped(rates.get(size) ?? 0)]);
  console.log(`a server behind ${delayMs} ms, 64 callers with a lease each\n`);
  console.log(table([["maxSize by", "maxSize", "calls/s"], ...rows]));
} finally {
  await proxy.close();
  await server.stop();
}

function sizeOf({ advice }: DoctorReport): number {
  return advice.find(({ option }) => option === "maxSize")?.value ?? 0;
}

/** The median rate of each size; the sizes take turns. */
async function measure(sizes: readonly number[]): Promise<Map<number, number>> {
  const all = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const size of sizes) {
      all.set(size, [...all.get(size) ?? [], await rateWith(size)]);
    }
  }
  return new Map(
    [...all].map(([size, rates]) => [
      size,
      rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0,
    ]),
  );
}

async function rateWith(maxSize: number): Promise<number> {
  const pool = createPool(proxy.url, { maxSize });
  try {
    await pool.warm(maxSize);
    const call = () => pool.use((lease) => lease.ping());
    return (await runCallers(call, { callers: 64, durationMs: 300 })).perSecond;
  } finally {
    await pool.destroy();
  }
}
