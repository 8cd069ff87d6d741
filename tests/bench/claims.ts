/** Finds claims about speed in documents. */

/** Parts that programs write: each begins with a comment that names its program and ends with one that says so. */
const madePart = /<!-- [^\n]*?(?:bench\/\S+\.ts|deno task )[^\n]*? -->[^]*?<!-- end\b[^\n]*? -->/g;

const number = String.raw`\d(?:[\d.,]|[  ](?=\d))*`;
const compared =
  "as|faster|slower|quicker|more|less|better|of|that|the|raw|bun|glide|generic|ioredis|iovalkey|redis|tarn";
const claims = [
  // A factor of something else, such as `2.5 × ioredis`, which is no product such as `2 × maxSize`.
  String.raw`${number} ?×(?= ?(?:[|.,;:)\n]|$|(?:${compared})\b))`,
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
