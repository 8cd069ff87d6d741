import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseOn, roomFor } from "../../lib/doctor/advice.ts";
import type { Measurements, ServerFacts } from "../../lib/doctor/report.ts";
import { createPool } from "../../mod.ts";
import { far, near, size } from "./figures.ts";

const redis: ServerFacts = { product: "redis", maxClients: 10_000, connectedClients: 0, idleTimeoutSeconds: 0 };

function values(server: ServerFacts, measured: Measurements): Record<string, number> {
  return Object.fromEntries(adviseOn(server, measured).map(({ option, value }) => [option, value]));
}

function reason(option: string, server: ServerFacts, measured: Measurements): string {
  return adviseOn(server, measured).find((advice) => advice.option === option)?.reason ?? "";
}

test("no more connections are recommended than the best rate can keep busy, with some to spare", () => {
  // A busy moment made the curve bend at its end.
  const leases = [size(1, 5000), size(8, 5000), size(64, 20_000)];
  assert.equal(values(redis, { ...near, leases }).maxSize, Math.ceil(4 * 20_000 * 0.000_045) + 1);
  assert.equal(values(redis, { ...near, leases: [size(1, 5)] }).maxSize, 2);
});

test("a near server is kept busy by few connections, and connecting to it is cheap", () => {
  assert.deepEqual(values(redis, near), {
    maxSize: 9,
    minIdle: 1,
    "shared.connections": 2,
    healthCacheTtlMs: 1000,
    keepaliveMs: 5000,
    idleTimeoutMs: 300_000,
    maxLifetimeMs: 1_800_000,
  });
});

test("a far server gets more connections, kept open, and checked more rarely", () => {
  assert.deepEqual(values(redis, far), {
    maxSize: 65,
    minIdle: 17,
    "shared.connections": 1,
    healthCacheTtlMs: 2000,
    keepaliveMs: 5000,
    idleTimeoutMs: 300_000,
    maxLifetimeMs: 1_800_000,
  });
});

test("connections that bring less than a quarter more are not recommended", () => {
  const leases = [size(1, 801), size(2, 1000), size(4, 1001)];
  assert.equal(values(redis, { ...far, leases }).maxSize, 2);
  assert.equal(values(redis, { ...far, leases: [size(1, 700), ...leases.slice(1)] }).maxSize, 3);
});

test("no pool takes more than a quarter of the connections that the server has left", () => {
  assert.equal(roomFor(redis), 2500);
  assert.equal(roomFor({ ...redis, maxClients: 100, connectedClients: 20 }), 20);
  assert.equal(roomFor({ ...redis, maxClients: 10, connectedClients: 10 }), 1);
  assert.equal(roomFor({ product: "redis" }), Infinity);
  const small = { ...redis, maxClients: 100, connectedClients: 20 };
  assert.equal(values(small, far).maxSize, 20);
  assert.match(reason("maxSize", small, far), /the server has room for no more, it accepts 100 clients/);
  assert.doesNotMatch(reason("maxSize", redis, far), /room/);
});

test("a server that closes idle clients is pinged and left sooner", () => {
  const closing = { ...redis, idleTimeoutSeconds: 60 };
  assert.equal(values(closing, near).keepaliveMs, 5000);
  assert.equal(values(closing, near).idleTimeoutMs, 48_000);
  const hasty = { ...redis, idleTimeoutSeconds: 9 };
  assert.equal(values(hasty, near).keepaliveMs, 3000);
  assert.equal(values(hasty, near).idleTimeoutMs, 7200);
  assert.match(reason("keepaliveMs", hasty, near), /idle for 9 s/);
});

test("the health cache lasts no longer than the keepalive asks for", () => {
  assert.equal(
    values(redis, { ...far, roundTrip: { count: 1, leastMs: 180, p50Ms: 190, p99Ms: 200 } }).healthCacheTtlMs,
    5000,
  );
});

test("every reason holds the figures it rests on", () => {
  assert.match(
    reason("maxSize", redis, near),
    /9000\/s on 1 connection and 50000\/s on 16 connections; .* 0\.05 ms that is 2\.3 connections/,
  );
  assert.match(reason("minIdle", redis, far), /a connect takes 4\.8 ms/);
  assert.match(reason("shared.connections", redis, near), /1\.0 ms on one shared connection and 0\.50 ms on two/);
  for (const { reason } of adviseOn({ product: "redis" }, far)) assert.doesNotMatch(reason, /undefined|NaN|Infinity/);
});

test("what is recommended are options that a pool takes, and what is called the default is it", async () => {
  for (const pick of ["value", "standard"] as const) {
    const options: Record<string, unknown> = {};
    for (const advice of adviseOn(redis, far)) {
      const [name = "", inner] = advice.option.split(".");
      options[name] = inner === undefined ? advice[pick] : { [inner]: advice[pick] };
    }
    const pool = createPool({ host: "localhost", ...options });
    const plain = createPool({ host: "localhost" });
    if (pick === "standard") {
      const { maxSize, minIdle } = plain.stats();
      assert.deepEqual([pool.stats().maxSize, pool.stats().minIdle], [maxSize, minIdle]);
    }
    await Promise.all([pool.destroy(), plain.destroy()]);
  }
});
