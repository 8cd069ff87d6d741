/** Finds claims about speed in documents. */

/** Parts that programs write: the suite's, and those of other measurements, each of which has its own. */
const madeParts = [
  /<!-- numbers: made by [^]*?<!-- end of the numbers -->/g,
  /<!-- made by bench\/\S+: begin -->[^]*?<!-- end -->/g,
  /<!-- the codec's part: [^]*?<!-- end of the codec's part -->/g,
];

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
  const prose = madeParts.reduce((text, part) => text.replace(part, ""), markdown).replace(/^```[^]*?^```$/gm, "");
  return Array.from(prose.matchAll(claim), ([text]) => text);
}
