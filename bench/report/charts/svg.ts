/**
 * Small pieces of SVG. Colours are classes, so that the page decides on them, in the light and in the dark.
 *
 * @module
 */

/** Width of every chart, in units that the page scales. */
export const chartWidth = 720;
/** Height of a row and of a line of text. */
export const rowHeight = 22;
/** A bold character of the charts' font, at most. */
const characterWidth = 7.6;

/** Makes text safe inside elements and attributes. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The room that the longest of these texts needs. */
export function widthOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length)) * characterWidth;
}

/** A number of pixels without a tail of digits. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text at a place; `anchor` says which end of it. */
export function textAt(
  x: number,
  y: number,
  text: string,
  anchor: "start" | "middle" | "end" = "start",
  className = "",
): string {
  const attributes = `x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${className && ` class="${className}"`}`;
  return `<text ${attributes}>${escapeText(text)}</text>`;
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${className}"/>`;
}

/** A filled rectangle. */
export function rectangle(x: number, y: number, width: number, height: number, className: string): string {
  const size = `width="${px(Math.max(0, width))}" height="${px(height)}"`;
  return `<rect x="${px(x)}" y="${px(y)}" ${size} rx="2" class="${className}"/>`;
}

/** A dot. */
export function dot(x: number, y: number, radius: number, className: string): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}" class="${className}"/>`;
}

/** A line through points. */
export function path(points: readonly (readonly [x: number, y: number])[], className: string): string {
  return `<polyline points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(" ")}" class="${className}"/>`;
}

/** A whole picture, which scrolls where there is too little room for its text; `label` is for those who cannot see it. */
export function svg(height: number, label: string, parts: readonly string[]): string {
  const open = `<svg viewBox="0 0 ${chartWidth} ${px(height)}" role="img" aria-label="${escapeText(label)}">`;
  return ['<div class="scroll">' + open, ...parts, "</svg></div>"].join("\n");
}
