/**
 * Parts of a document that are made by a program and stand between two comments.
 *
 * @module
 */

/** The comment that begins a part. */
export const begin = "<!-- numbers: made by bench/publish.ts from docs/benchmarks.json -->";
/** The comment that ends it. */
export const end = "<!-- end of the numbers -->";

/** Puts blocks, apart by an empty line, where the part of a document is, or at its end if it has none yet. */
export function embed(document: string, blocks: readonly string[]): string {
  const part = [begin, "<!-- deno-fmt-ignore-start -->", ...blocks, "<!-- deno-fmt-ignore-end -->", end].join("\n\n");
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) return `${document.trimEnd()}\n\n${part}\n`;
  return document.slice(0, from) + part + document.slice(to + end.length);
}
