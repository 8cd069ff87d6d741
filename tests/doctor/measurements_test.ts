import assert from "node:assert/strict";
import { test } from "node:test";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import { callerCounts, leaseSizes, measure } from "../../lib/doctor/measurements.ts";
import type { Measurements } from "../../lib/doctor/report.ts";
import { type MemoryServer, startMemoryServer } from "../../lib/testing/memory_server.ts";
import { createPool } from "../../mod.ts";
import { RawClient } from "../support/raw_client.ts";
import { waitUntil } from "../support/wait_until.ts";

/** Measures an in-memory server for a moment. */
async function measured(
  mostConnections: number,
  look: (
    found: Measurements,
    opened: RedisPoolOptions[],
    steps: string[],
    server: MemoryServer,
  ) => Promise<void> | void,
): Promise<void> {
  const server = await startMemoryServer();
  const opened: RedisPoolOptions[] = [];
  const steps: string[] = [];
  try {
    const open = (options: RedisPoolOptions) => {
      opened.push(options);
      return createPool(server.url, options);
    };
    const found = await measure({ open, loadMs: 5, mostConnections, onStep: (step) => steps.push(step) });
    await look(found, opened, steps, server);
  } finally {
    await server.close();
  }
}

test("every load is measured, and each is announced", async () => {
  await measured(1000, ({ connect, roundTrip, callers, leases, besideLarge }, _, steps) => {
    assert.equal(connect.count, 10);
    assert.ok(connect.p50Ms > 0 && roundTrip.p50Ms > 0 && roundTrip.count >= 1);
    assert.deepEqual(callers.map((point) => point.callers), callerCounts);
    assert.deepEqual(leases.map((point) => point.connections), leaseSizes);
    assert.deepEqual(besideLarge.map((point) => point.connections), [1, 2]);
    for (const { count, callers: atOnce } of [...callers, ...leases]) assert.ok(count >= atOnce);
    assert.equal(steps.length, 2 + callerCounts.length + leaseSizes.length + 2);
    assert.ok(steps.includes("1 caller") && steps.includes("leases on 64 connections"));
  });
});

test("no more connections are opened than there is room for", async () => {
  await measured(5, ({ leases }, opened) => {
    assert.deepEqual(leases.map(({ connections }) => connections), [1, 2, 4]);
    assert.ok(opened.every(({ maxSize = 10 }) => maxSize <= 5));
  });
});

test("nothing is written, and nothing stays open", async () => {
  await measured(2, async (_, __, ___, server) => {
    const client = await RawClient.connect(server.url);
    assert.equal(await client.send(["DBSIZE"]), 0);
    await waitUntil(async () => /connected_clients:1\r/.test(String(await client.send(["INFO", "clients"]))));
    client.close();
  });
});
