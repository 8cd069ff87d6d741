import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsOf, type Surroundings } from "../../lib/doctor/findings.ts";
import type { ServerFacts } from "../../lib/doctor/report.ts";

const here: Surroundings = { host: "localhost", tls: false, maxSize: 10 };
const redis: ServerFacts = {
  product: "redis",
  version: "7.0.15",
  mode: "standalone",
  role: "master",
  maxClients: 10_000,
  connectedClients: 100,
  maxMemory: 1_000_000,
  evictionPolicy: "noeviction",
};

const warnings = (server: ServerFacts, surroundings = here) =>
  findingsOf(server, surroundings).filter(({ level }) => level === "warning").map(({ text }) => text).join("\n");
const all = (server: ServerFacts) => findingsOf(server, here).map(({ text }) => text).join("\n");

test("a plain connection is a warning as soon as it leaves the machine", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "/run/redis.sock"]) {
    assert.doesNotMatch(warnings(redis, { ...here, host }), /encrypted/);
  }
  assert.match(warnings(redis, { ...here, host: "cache.example" }), /not encrypted/);
  assert.doesNotMatch(warnings(redis, { ...here, host: "cache.example", tls: true }), /encrypted/);
});

test("the room for more processes is told, and little of it is a warning", () => {
  assert.match(all(redis), /accepts 10000 clients, 9900 more than now: room for 990 processes/);
  assert.equal(warnings(redis), "");
  assert.match(warnings({ ...redis, maxClients: 115 }), /room for 1 process with/);
  assert.match(all({ product: "redis" }), /does not tell how many clients/);
});

test("what happens when memory is full is told", () => {
  assert.match(all(redis), /noeviction: writes fail with OOM/);
  assert.match(all({ ...redis, evictionPolicy: "allkeys-lru" }), /allkeys-lru: any key may vanish/);
  assert.match(all({ ...redis, evictionPolicy: "volatile-ttl" }), /keys with a time to live may vanish/);
  assert.match(warnings({ ...redis, maxMemory: 0 }), /no memory limit/);
});

test("a server that is not a plain primary is a warning", () => {
  assert.match(warnings({ ...redis, role: "slave" }), /READONLY/);
  assert.match(warnings({ ...redis, mode: "cluster" }), /MOVED/);
  assert.match(warnings({ ...redis, mode: "sentinel" }), /sentinel/);
  assert.match(all({ ...redis, version: "5.0.14" }), /no RESP3/);
  assert.doesNotMatch(all({ ...redis, product: "dragonfly", version: "1.2" }), /RESP3/);
});

test("warnings come first", () => {
  const levels = findingsOf({ ...redis, role: "slave" }, here).map(({ level }) => level);
  assert.deepEqual(levels, [...levels].sort().reverse());
  assert.equal(new Set(levels).size, 2);
});
