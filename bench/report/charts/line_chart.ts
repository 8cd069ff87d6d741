/**
 * Lines over a logarithmic axis: what more callers or longer values cost.
 *
 * @module
 */
import { logarithmic } from "./scale.ts";
import { chartWidth, dot, line, path, svg, textAt, widthOf } from "./svg.ts";

/** One line. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly className: string;
}

/** What stands at the axes. */
export interface Axes {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
}

const height = 300;
const legendHeight = 24;
const margin = { top: 12, right: 28, bottom: 26 };

/** Draws all lines and, above them, what they are. */
export function lineChart(title: string, series: readonly Series[], axes: Axes): string {
  const points = series.flatMap((one) => one.points);
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const legend = drawLegend(series);
  const top = legend.height + margin.top;
  const bottom = top + height;
  const y = logarithmic(points.map(([, value]) => value), bottom, top);
  const left = widthOf(y.ticks.map(axes.y)) + 12;
  const x = logarithmic(xs, left, chartWidth - margin.right);
  const grid = [
    ...y.ticks.flatMap((tick) => [
      line(left, y.at(tick), chartWidth - margin.right, y.at(tick), "grid"),
      textAt(left - 6, y.at(tick) + 4, axes.y(tick), "end", "faint"),
    ]),
    ...xs.map((value) => textAt(x.at(value), bottom + 18, axes.x(value), "middle", "faint")),
  ];
  const lines = series.flatMap((one) => {
    const places = one.points.map(([a, b]) => [x.at(a), y.at(b)] as const);
    return [path(places, `curve ${one.className}`), ...places.map(([a, b]) => dot(a, b, 3, one.className))];
  });
  return svg(bottom + margin.bottom, title, [...legend.parts, ...grid, ...lines]);
}

function drawLegend(series: readonly Series[]): { height: number; parts: string[] } {
  const parts: string[] = [];
  let [x, y] = [8, 14];
  for (const { label, className } of series) {
    const width = widthOf([label]) + 34;
    if (x + width > chartWidth) [x, y] = [8, y + legendHeight];
    parts.push(dot(x, y - 4, 5, className), textAt(x + 12, y, label));
    x += width;
  }
  return { height: y + 6, parts };
}
