import assert from "node:assert/strict";
import { test } from "node:test";
import { barChart } from "../../../bench/report/charts/bar_chart.ts";
import { latencyChart } from "../../../bench/report/charts/latency_chart.ts";
import { lineChart } from "../../../bench/report/charts/line_chart.ts";
import { linear, logarithmic } from "../../../bench/report/charts/scale.ts";
import { chartWidth, escapeText } from "../../../bench/report/charts/svg.ts";

/** Every place along an axis that the picture uses. */
function places(svg: string, name: string): number[] {
  return Array.from(svg.matchAll(new RegExp(` ${name}="(-?[\\d.]+)"`, "g")), ([, value]) => Number(value));
}

function assertInside(svg: string): void {
  const height = Number(/viewBox="0 0 \d+ ([\d.]+)"/.exec(svg)?.[1]);
  for (const name of ["x", "x1", "x2", "cx"]) {
    for (const x of places(svg, name)) assert.ok(x >= 0 && x <= chartWidth, `${name} ${x}`);
  }
  for (const name of ["y", "y1", "y2", "cy"]) {
    for (const y of places(svg, name)) assert.ok(y >= 0 && y <= height, `${name} ${y} of ${height}`);
  }
}

test("a linear axis ends at a round number that is not less than the greatest value", () => {
  const { at, ticks } = linear(93, 100, 200);
  assert.deepEqual(ticks, [0, 50, 100]);
  assert.equal(at(100), 200);
});

test("a logarithmic axis has the powers of ten around all values", () => {
  const { at, ticks } = logarithmic([0.02, 30], 0, 400);
  assert.deepEqual(ticks.map((tick) => Number(tick.toPrecision(3))), [0.01, 0.1, 1, 10, 100]);
  assert.equal(Math.round(at(1)), 200);
});

test("text cannot end its element", () => {
  assert.equal(escapeText('<a href="x">&'), "&lt;a href=&quot;x&quot;&gt;&amp;");
});

test("bars and their texts stay inside the picture", () => {
  const long = "a client with quite a long name";
  const bar = { label: long, value: 1, text: "1 234 567/s  12.34×peer 0.99×raw", className: "own" };
  const svg = barChart("title", [bar, { ...bar, value: 1e6, greatest: 2e6, least: 1, mark: 3e6 }]);
  assertInside(svg);
  for (const match of svg.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="start"[^>]*>([^<]*)</g)) {
    assert.ok(Number(match[1]) + match[2]!.length * 7.6 <= chartWidth + 1, match[0]);
  }
});

test("percentiles stay inside the picture", () => {
  assertInside(latencyChart("title", [
    { label: "one", p50: 0.0004, p95: 1, p99: 2000, className: "own" },
    { label: "two", p50: 1, p95: 1, p99: 1, className: "peer" },
  ]));
});

test("lines and their legend stay inside the picture", () => {
  const series = Array.from({ length: 9 }, (_, n) => ({
    label: `series with number ${n}`,
    className: `c${n}`,
    points: [[1, n + 1], [100_000, 10 ** n]] as const,
  }));
  assertInside(lineChart("title", series, { x: String, y: String }));
});
