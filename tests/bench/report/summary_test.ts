import assert from "node:assert/strict";
import { test } from "node:test";
import { faultTable, loadTable, memoryTable, tunedSuffix } from "../../../bench/report/summary.ts";
import type { Round } from "../../../bench/workloads/round.ts";

const place = { server: "Redis 7.0.15", runtime: "Node 26.10.0", workload: "sequential" };

function round(operations: number, fields: Partial<Round> = {}): Round {
  return { operations, elapsedMs: 1000, p50: 1, p95: 2, p99: 3, cpuMs: 100, peakMemoryBytes: 5e7, ...fields };
}

test("rates are medians, and ratios those of medians: to the best peer and to the bare socket", () => {
  const { rows } = loadTable(place, [
    { client: "respool", version: "1", results: [round(900), round(1000), round(4000)] },
    { client: "raw", version: "", results: [round(2000)] },
    { client: "ioredis", version: "6", results: [round(300)] },
    { client: "redis", version: "6", results: [round(500)] },
    { client: "redis-benchmark", version: "7", results: [round(9000)] },
  ]);
  assert.deepEqual(rows[0]!.rate, { median: 1000, least: 900, greatest: 4000 });
  assert.deepEqual(rows.map(({ toBestPeer }) => toBestPeer), [2, 4, 0.6, 1, 18]);
  assert.equal(rows[0]!.toRaw, 0.5);
});

test("without a peer and a bare socket there is no ratio, not one of infinity", () => {
  const { rows } = loadTable(place, [{ client: "respool", version: "1", results: [round(900)] }]);
  assert.deepEqual([rows[0]!.toBestPeer, rows[0]!.toRaw], [null, null]);
});

test("who was not run has a reason and no row", () => {
  const { rows, notRun, notApplicable } = loadTable(place, [
    { client: "glide", notRun: "timed out after 20 s" },
    { client: "redis-py", notApplicable: true },
  ]);
  assert.deepEqual(rows, []);
  assert.deepEqual(notRun, [{ client: "glide", reason: "timed out after 20 s" }]);
  assert.deepEqual(notApplicable, ["redis-py"]);
});

test("what cannot be known stays unknown", () => {
  const unknown = { cpuMs: null, peakMemoryBytes: null };
  const { rows } = loadTable(place, [{ client: "redis-benchmark", version: "7", results: [round(10, unknown)] }]);
  assert.deepEqual([rows[0]!.cpuMicros, rows[0]!.peakMemoryBytes], [null, null]);
});

test("a tuned client is the same client with other options", () => {
  const result = { calls: 1, failed: 0, firstErrorMs: null, recoveryMs: 1, longestMs: 1, unsettled: 0, error: null };
  const outcomes = ["redis", `redis${tunedSuffix}`].map((client) => ({ client, version: "6", results: [result] }));
  const { rows } = faultTable({ ...place, workload: "restart" }, outcomes);
  assert.deepEqual(rows.map(({ client, tuned }) => [client, tuned]), [["redis", false], ["redis", true]]);
});

test("memory that the process says nothing about is unknown, not zero", () => {
  const results = [{ heapBytes: 10, residentBytes: null }];
  const { rows } = memoryTable({ ...place, workload: "allocation" }, [{ client: "respool", version: "1", results }]);
  assert.equal(rows[0]!.residentBytes, null);
});
