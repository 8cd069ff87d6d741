/**
 * Aligned text.
 *
 * @module
 */

/** Lays rows out in columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => widths[column] = Math.max(widths[column] ?? 0, cell.length));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!));
    return cells.join("  ").trimEnd();
  }).join("\n");
}

/** A whole number with thousands apart: `118 300`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** The numbers and words of an object as rows, those of inner objects under `outer.inner`; nothing for what is absent. */
export function flatten(value: object, prefix = ""): string[][] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner === undefined) return [];
    if (inner !== null && typeof inner === "object") return flatten(inner, `${prefix}${key}.`);
    return [[prefix + key, typeof inner === "number" ? String(Math.round(inner * 1000) / 1000) : String(inner)]];
  });
}
