/** Finds claims about speed in documents. */

/** Parts that programs write: each begins with a comment that names its program and ends with one that says so. */
const madePart = /<!-- [^\n]*?bench\/\S+\.ts[^\n]*? -->[^]*?<!-- end\b[^\n]*? -->/g;

const number = String.raw`\d(?:[\d.,]|[  ](?=\d))*`;
const claims = [
  // A factor, such as `2.5 ×`, which is no product such as `1 × 2`.
  String.raw`${number} ?×(?! ?\d)`,
  String.raw`${number} ?(?:x|times|-fold|%) (?:as |more |less )?(?:fast|slow|quick|throughput|operations|commands)`,
  String.raw`${number} ?(?:[kKM] )?(?:ops|operations|commands|requests|req|replies)(?: ?/ ?s| per second| a second)\b`,
  String.raw`${number} ?(?:ns|µs)\b`,
];
const claim = new RegExp(claims.map((text) => `(?:${text})`).join("|"), "g");

/** The claims of a document that no program wrote. */
export function claimsIn(markdown: string): string[] {
  const prose = markdown.replace(madePart, "").replace(/^```[^]*?^```$/gm, "");
  return Array.from(prose.matchAll(claim), ([text]) => text);
}
