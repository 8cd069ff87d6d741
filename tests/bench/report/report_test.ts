import assert from "node:assert/strict";
import { test } from "node:test";
import { circumstances } from "../../../bench/report/prose.ts";
import { addNotRun, addTable, emptyReport } from "../../../bench/report/report.ts";
import { mergeReports, readReport, writeReport } from "../../../bench/report/report_file.ts";
import { median, spread } from "../../../bench/report/statistics.ts";
import { loadTable, sampleReport } from "./sample.ts";

test("a median is the value in the middle, or between the two in the middle", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.deepEqual(spread([3, 1, 2]), { median: 2, least: 1, greatest: 3 });
});

test("a table of the same place replaces the one before it", () => {
  const { machine } = sampleReport();
  const first = addTable(emptyReport(machine, { rounds: 1, seconds: 1 }), loadTable("sequential"));
  const again = addTable(first, loadTable("sequential", undefined, undefined, 500));
  const other = addTable(again, loadTable("sequential", "Valkey 9.1.2"));
  assert.deepEqual(again.tables, [loadTable("sequential", undefined, undefined, 500)]);
  assert.equal(other.tables.length, 2);
});

test("what was not run is said once, with the last reason", () => {
  const report = addNotRun(addNotRun(sampleReport({ notRun: [] }), "bun", "no"), "bun", "never");
  assert.deepEqual(report.notRun, [{ what: "bun", reason: "never" }]);
});

test("a report is read as it was written, one row per line", () => {
  const text = writeReport(sampleReport());
  assert.deepEqual(readReport(text), sampleReport());
  assert.equal(text.split("\n").filter((line) => line.includes('"client":"redis"')).length, 3);
});

test("a written number has four digits", () => {
  const text = writeReport(sampleReport({ tables: [loadTable("sequential", "r", "n", 123.456789)] }));
  assert.match(text, /"median":123\.5/);
  assert.doesNotMatch(text, /123\.45/);
});

test("merged reports hold the later of two tables, what either could not run, and the later date", () => {
  const later = sampleReport({
    date: "2026-02-01",
    tables: [loadTable("sequential", undefined, undefined, 1)],
    notRun: [{ what: "bun", reason: "no" }],
  });
  const merged = mergeReports([sampleReport(), later]);
  assert.equal(merged.date, "2026-02-01");
  assert.equal(merged.tables.length, 4);
  assert.deepEqual(merged.tables.at(-1), later.tables[0]);
  assert.deepEqual(merged.notRun.map(({ what }) => what), ["dragonfly", "bun"]);
});

test("what another run measured at another pace is said", () => {
  const first = sampleReport();
  const later = sampleReport({
    rounds: 9,
    seconds: 0.4,
    tables: [loadTable("sequential"), loadTable("concurrent-50")],
  });
  assert.equal(mergeReports([first, sampleReport()]).otherPaces, undefined);
  const merged = mergeReports([first, later]);
  const { runtime } = loadTable("sequential").table;
  assert.deepEqual(merged.otherPaces, [{
    rounds: 9,
    seconds: 0.4,
    runtime,
    workloads: ["sequential", "concurrent-50"],
  }]);
  assert.deepEqual(mergeReports([merged]).otherPaces, merged.otherPaces);
  const words = circumstances(merged).find(([term]) => term === "Rounds")![1];
  assert.ok(words.endsWith(`; 9 of 0.4 s, in a later run, on ${runtime} for sequential, concurrent-50`));
});
