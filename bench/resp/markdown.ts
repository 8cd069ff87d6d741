/**
 * Tables in the documents that a bench writes itself.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tests/support/runtimes.ts";

/** A table whose first row is its header, in columns as the formatter aligns them. */
export function toTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const [header, ...body] = rows.map(line);
  return [header, line(widths.map((width) => "-".repeat(width))), ...body].join(
    "\n",
  );
}

/** Puts text between two marks of a document. */
export function writeBetween(
  path: string,
  [begin, end]: readonly [string, string],
  text: string,
): void {
  const file = join(root, path);
  const whole = readFileSync(file, "utf8");
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`${path} has no place for it: ${begin}`);
  }
  writeFileSync(
    file,
    `${whole.slice(0, from)}${begin}\n\n${text}\n\n${whole.slice(to)}`,
  );
}
