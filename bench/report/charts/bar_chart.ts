/**
 * Horizontal bars, one below the other, each with its range and a text at its end.
 *
 * @module
 */
import { linear } from "./scale.ts";
import { chartWidth, line, rectangle, rowHeight, svg, textAt, widthOf } from "./svg.ts";

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The range of what was measured. */
  readonly least?: number;
  readonly greatest?: number;
  /** What stands behind the bar. */
  readonly text: string;
  /** A mark across the bar, such as an aim. */
  readonly mark?: number;
  readonly className: string;
}

const gap = 8;

/** Draws the bars. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const left = widthOf(bars.map(({ label }) => label)) + gap;
  const right = chartWidth - widthOf(bars.map(({ text }) => text)) - gap;
  const greatest = Math.max(...bars.map(({ value, greatest = 0, mark = 0 }) => Math.max(value, greatest, mark)));
  const { at } = linear(greatest, left, right);
  const parts = bars.flatMap((bar, row) => drawBar(bar, row * rowHeight, at));
  return svg(bars.length * rowHeight + 4, title, parts);
}

function drawBar(bar: Bar, top: number, at: (value: number) => number): string[] {
  const { label, value, least = value, greatest = value, text, mark, className } = bar;
  const middle = top + rowHeight / 2;
  const start = at(0);
  return [
    textAt(start - gap, middle + 4, label, "end", className),
    rectangle(start, top + 4, at(value) - start, rowHeight - 8, className),
    ...greatest > least ? [line(at(least), middle, at(greatest), middle, "range")] : [],
    ...mark === undefined ? [] : [line(at(mark), top + 1, at(mark), top + rowHeight - 1, "mark")],
    textAt(Math.max(at(value), at(greatest), at(mark ?? 0)) + gap, middle + 4, text),
  ];
}
