import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figures } from "../../../bench/top/figures.ts";
import { screen } from "../../../bench/top/screen.ts";

const figures: Figures = {
  pool: "cache",
  ...{ used: 6, idle: 2, max: 10, waiting: 1200, inFlight: 40, queued: 3 },
  ...{ waitP50: 0.00012, waitP99: 0.0345, commandP50: 0.25, commandP99: NaN },
  ...{ perSecond: 182_345, failuresPerSecond: 2.5, connectFailuresPerSecond: 0, timeoutsPerSecond: 30 },
  ...{ circuit: "half_open", circuitSeconds: 12.4 },
};

test("a pool is a block of six lines under its name", () => {
  assert.equal(
    screen("top", [figures], new Map([["cache", [0, 50, 100]]])),
    `top

cache
  utilisation  ██████████████░░░░░░░░░░  60 %  6 of 10 used, 2 idle
  waiting      1 200 for a connection, wait p50 0.12 ms p99 34.5 ms
  throughput   182 345/s  ▁▅█
  commands     p50 250 ms p99 –, 40 in flight, 3 queued
  failures     commands 2.5/s, connects 0/s, waits 30/s
  circuit      half-open for 12 s
`,
  );
});

test("every pool has its block, and one without connections has a bar, too", () => {
  const text = screen("top", [figures, { ...figures, pool: "jobs", used: 0, max: 0 }], new Map());
  assert.match(text, /^jobs\n {2}utilisation {2}░{24} {3}0 %/m);
  assert.match(text, /^cache$/m);
});
