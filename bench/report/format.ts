/**
 * Numbers as a reader wants them.
 *
 * @module
 */
import { grouped } from "../demo/table.ts";
import type { Spread } from "./statistics.ts";

/** Stands for what is not known. */
export const unknown = "–";

/** With so many digits after the point. */
export function fixed(value: number | null, digits: number): string {
  return value === null ? unknown : value.toFixed(digits);
}

/** Three digits that count: `0.0412`, `4.12`, `412`, `41 200`. */
export function three(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return unknown;
  if (Math.abs(value) >= 100) return grouped(value);
  if (value === 0) return "0";
  return value.toFixed(2 - Math.floor(Math.log10(Math.abs(value))));
}

/** A rate: thousands apart, or three digits when it is small. */
export function rate(value: number): string {
  return value >= 100 ? grouped(value) : three(value);
}

/** A value at an axis: a power of ten, or a count. */
export function tick(value: number): string {
  return value >= 1 ? grouped(value) : String(Number(value.toPrecision(1)));
}

/** A range, `(1 200–1 500)`. */
export function range({ least, greatest }: Spread, format: (value: number) => string): string {
  return `(${format(least)}–${format(greatest)})`;
}

/** Bytes as megabytes. */
export function megabytes(bytes: number | null): string {
  return bytes === null ? unknown : three(bytes / 1e6);
}

/** Milliseconds, or how long was waited in vain. */
export function milliseconds(ms: number | null, otherwise: string): string {
  return ms === null ? otherwise : `${Math.round(ms)} ms`;
}
