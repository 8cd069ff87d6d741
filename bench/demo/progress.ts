/**
 * A progress bar for terminals, on standard error, so that standard output stays clean.
 *
 * @module
 */
import process from "node:process";

const width = 24;

/** Draws the bar of a workload; `share` runs from 0 to 1. */
export function bar(name: string, share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${name.padEnd(16)} ${"█".repeat(filled)}${"░".repeat(width - filled)} ${Math.round(filled / width * 100)} %`;
}

/** Shows the bar in place of the last one; does nothing where nobody watches. */
export function showProgress(name: string, share: number): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[2K${bar(name, share)}`);
  }
}

/** Takes the bar away. */
export function hideProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
}
