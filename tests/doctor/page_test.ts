import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseOn } from "../../lib/doctor/advice.ts";
import { findingsOf } from "../../lib/doctor/findings.ts";
import { optionsText, renderReport } from "../../lib/doctor/page.ts";
import type { DoctorReport, Measurements, ServerFacts } from "../../lib/doctor/report.ts";
import { far, near } from "./figures.ts";

const redis: ServerFacts = {
  product: "redis",
  version: "7.0.15",
  mode: "standalone",
  role: "master",
  maxClients: 10_000,
  connectedClients: 3,
  maxMemory: 67_108_864,
  evictionPolicy: "noeviction",
};

function reportOn(server: ServerFacts, measured: Measurements): DoctorReport {
  const findings = findingsOf(server, { host: "cache.example", tls: false, maxSize: 10 });
  return { endpoint: "cache.example:6379", tls: false, server, measured, advice: adviseOn(server, measured), findings };
}

test("the page shows the server, both curves, the advice with its reasons, and the findings", () => {
  const page = renderReport(reportOn(redis, far));
  assert.match(page, /^server {6}redis 7\.0\.15 standalone master at cache\.example:6379$/m);
  assert.match(page, /^clients {5}3 of at most 10000$/m);
  assert.match(page, /^eviction {4}noeviction, memory limit 64 MiB$/m);
  assert.match(page, /^ {3}1000 {3}160000 {2}5\.50 ms {2}11\.0 ms {2}█{24}$/m);
  assert.match(page, /^ {7}64 {4}27520 .* █{24}$/m);
  assert.match(page, /^ {8}1 {6}430 .* █$/m);
  assert.match(page, /^maxSize {18}65 {2}\(default 10\)\n {4}callers with a lease got 430\/s on 1 connection/m);
  assert.match(page, /^! The connection is not encrypted/m);
  assert.match(page, /^- Eviction policy noeviction/m);
});

test("what a server did not tell is a question mark", () => {
  const page = renderReport(reportOn({ product: "redis" }, near));
  assert.match(page, /^server {6}redis at/m);
  assert.match(page, /^clients {5}\? of at most \?$/m);
  assert.match(page, /^eviction {4}\?, memory limit \?$/m);
  assert.match(renderReport(reportOn({ ...redis, maxMemory: 0 }, near)), /memory limit none/);
  assert.doesNotMatch(page, /undefined|NaN/);
});

test("the options that differ from their defaults are shown as they stand in a call", () => {
  const text = "maxSize: 65, minIdle: 17, shared: { connections: 1 }, healthCacheTtlMs: 2000";
  assert.equal(optionsText(adviseOn(redis, far)), text);
  assert.ok(renderReport(reportOn(redis, far)).includes(`createPool(url, { ${text} })`));
});
