import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooLow, publishedShares, shareSheet } from "../../../bench/report/shares.ts";
import { loadTable, sampleReport } from "./sample.ts";

test("published shares are those of the runtime, whatever its version, on the first server", () => {
  const tables = [
    loadTable("sequential", "Redis 7.0.15", "Deno 2.9.6", 800),
    loadTable("sequential", "Redis 7.0.15", "Node 26.10.0", 700),
    loadTable("pipeline-50", "Valkey 9.1.2", "Node 26.10.0", 600),
    loadTable("get-1mb", "Redis 7.0.15", "Node 26.10.0", 500),
  ];
  assert.deepEqual([...publishedShares(sampleReport({ tables }), "node")], [["sequential", 0.7]]);
});

test("nothing is published of a runtime that was not measured", () => {
  assert.equal(publishedShares(sampleReport(), "bun").size, 0);
});

test("a share may be 15 % less than published and no more", () => {
  const share = { workload: "sequential", published: 0.8 };
  assert.equal(isTooLow({ ...share, measured: 0.69 }), false);
  assert.equal(isTooLow({ ...share, measured: 0.67 }), true);
  assert.equal(isTooLow({ ...share, measured: 1.2 }), false);
});

test("a share that could not be measured is too low, and says so", () => {
  const share = { workload: "sequential", published: 0.8, measured: undefined };
  assert.equal(isTooLow(share), true);
  assert.deepEqual(shareSheet([share]).rows, [["sequential", "0.80", "not run", "too low"]]);
});
