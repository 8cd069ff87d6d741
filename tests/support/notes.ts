/**
 * What a test measured and people want to read: the `test` task prints it at the end.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import process from "node:process";

/** Adds lines to the file named by `RESPOOL_NOTES`; without it nobody asked. */
export function note(...lines: readonly string[]): void {
  const file = process.env.RESPOOL_NOTES;
  if (file) appendFileSync(file, lines.map((line) => `${line}\n`).join(""));
}
