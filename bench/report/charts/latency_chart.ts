/**
 * Percentiles of each client on one logarithmic axis.
 *
 * @module
 */
import { three, tick as tickText } from "../format.ts";
import { logarithmic } from "./scale.ts";
import { chartWidth, dot, line, rowHeight, svg, textAt, widthOf } from "./svg.ts";

/** The percentiles of one client, in milliseconds. */
export interface Latency {
  readonly label: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly className: string;
}

const gap = 8;

/** Draws a row per client: a dot for the median, smaller ones for p95 and p99. */
export function latencyChart(title: string, latencies: readonly Latency[]): string {
  const left = widthOf(latencies.map(({ label }) => label)) + gap;
  const texts = latencies.map(({ p50, p95, p99 }) => `${three(p50)} · ${three(p95)} · ${three(p99)} ms`);
  const right = chartWidth - widthOf(texts) - gap;
  const { at, ticks } = logarithmic(latencies.flatMap(({ p50, p95, p99 }) => [p50, p95, p99]), left + gap, right - gap);
  const bottom = latencies.length * rowHeight;
  const grid = ticks.flatMap((tick) => [
    line(at(tick), 0, at(tick), bottom, "grid"),
    textAt(at(tick), bottom + 14, `${tickText(tick)} ms`, "middle", "faint"),
  ]);
  const rows = latencies.flatMap(({ label, p50, p95, p99, className }, row) => {
    const y = row * rowHeight + rowHeight / 2;
    return [
      textAt(left - gap, y + 4, label, "end", className),
      line(at(p50), y, at(p99), y, `stem ${className}`),
      dot(at(p50), y, 5, className),
      dot(at(p95), y, 3.5, className),
      dot(at(p99), y, 3.5, className),
      textAt(chartWidth, y + 4, texts[row]!, "end"),
    ];
  });
  return svg(bottom + 20, title, [...grid, ...rows]);
}
