/**
 * The patterns of KEYS, SCAN, PSUBSCRIBE and CONFIG GET: `*`, `?`, `[a-z]`, `[^x]` and `\`.
 *
 * @module
 */

/** A test for texts that match the pattern. */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (pattern === "*") return () => true;
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === "*") {
      // Several stars are one; kept apart, they would make the search exponential.
      if (!source.endsWith("[^]*")) source += "[^]*";
    } else if (character === "?") source += "[^]";
    else if (character === "[") {
      const [set, next] = characterSet(pattern, i + 1);
      source += set;
      i = next;
    } else if (character === "\\" && i + 1 < pattern.length) source += literal(pattern[++i]!);
    else source += literal(character);
  }
  const matcher = new RegExp(`^${source}$`);
  return (text) => matcher.test(text);
}

/** The set that begins at `from`, behind its bracket, as a regular expression, and the position of its end. */
function characterSet(pattern: string, from: number): [string, number] {
  let i = from;
  const isNegated = pattern[i] === "^";
  if (isNegated) i++;
  let members = "";
  for (; i < pattern.length && pattern[i] !== "]"; i++) {
    if (pattern[i] === "\\" && i + 1 < pattern.length) members += literal(pattern[++i]!);
    else if (pattern[i + 1] === "-" && i + 2 < pattern.length) {
      const [low, high] = [pattern[i]!, pattern[i + 2]!].sort() as [string, string];
      members += `${literal(low)}-${literal(high)}`;
      i += 2;
    } else members += literal(pattern[i]!);
  }
  return [`[${isNegated ? "^" : ""}${members}]`, i];
}

function literal(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
