/**
 * The doctor's advice on the same server, reached at once and through a proxy that is late: it differs, and the
 * slow one is faster with its own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import { runCallers } from "../../lib/doctor/load.ts";
import { examine } from "../../lib/entry/doctor.ts";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { startMemoryServer } from "../../lib/testing/memory_server.ts";
import { createPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";

test("a report holds the server, the figures, the advice, and where it is; no password", async () => {
  const server = await startMemoryServer({ password: "hunter2" });
  try {
    const steps: string[] = [];
    const url = `redis://:hunter2@${server.host}:${server.port}`;
    const report = await examine(url, { loadMs: 1, onStep: (step) => steps.push(step) });
    assert.equal(report.endpoint, `${server.host}:${server.port}`);
    assert.equal(report.tls, false);
    assert.equal(report.server.product, "redis");
    assert.equal(report.measured.callers.length, 4);
    assert.equal(report.advice.length, 7);
    assert.equal(steps[0], "asking the server");
    assert.doesNotMatch(JSON.stringify(report), /hunter2/);
  } finally {
    await server.close();
  }
});

test("no server, a wrong URL and a refused password are errors", async () => {
  await assert.rejects(examine("redis://127.0.0.1:1"), { code: "CONNECT_REFUSED" });
  await assert.rejects(examine("http://127.0.0.1"), { code: "INVALID_URL" });
  const server = await startMemoryServer({ password: "hunter2" });
  try {
    await assert.rejects(examine(server.url.replace("://", "://:wrong@")), { code: "WRONGPASS" });
  } finally {
    await server.close();
  }
});

/** What is set to the value that was recommended. */
type Sizes = Pick<RedisPoolOptions, "maxSize" | "minIdle">;

async function adviceFor(url: string): Promise<Sizes> {
  const { advice } = await examine(url, { loadMs: 100 });
  const value = (name: string) => advice.find(({ option }) => option === name)!.value;
  return { maxSize: value("maxSize"), minIdle: value("minIdle") };
}

/** Calls per second of 64 callers with a lease each, on a pool that is open already. */
async function rateWith(url: string, sizes: Sizes): Promise<number> {
  const pool = createPool(url, { ...sizes, maxConcurrentConnects: 16 });
  try {
    await pool.warm(sizes.maxSize!);
    const point = await runCallers(() => pool.use((lease) => lease.ping()), { callers: 64, durationMs: 250 });
    return point.perSecond;
  } finally {
    await pool.destroy();
  }
}

test(
  "20 ms more to the server change the advice, and the server is faster with the new one than with the old one",
  { skip: skipWithoutProgram("redis") },
  async () => {
    const server = await startRedis();
    const proxy = await startFaultProxy({ targetPort: server.port });
    proxy.delay("toClient", 20);
    try {
      const near = await adviceFor(server.url);
      const far = await adviceFor(proxy.url);
      assert.ok(far.maxSize! > near.maxSize!, `${far.maxSize} after ${near.maxSize}`);
      // The two take turns, so that a busy moment of the machine hits both.
      const rates = { before: 0, after: 0 };
      for (let round = 0; round < 3; round++) {
        rates.before += await rateWith(proxy.url, near);
        rates.after += await rateWith(proxy.url, far);
      }
      assert.ok(rates.after > 1.2 * rates.before, `${rates.after} after ${rates.before}`);
    } finally {
      await proxy.close();
      await server.stop();
    }
  },
);
