/**
 * Commands as a person types them into a plain connection: words apart by spaces, with quotes and escapes.
 *
 * @module
 */

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/** The words of the line, or `undefined` when its quotes do not match. */
export function splitInline(line: string): string[] | undefined {
  const words: string[] = [];
  for (let i = 0;;) {
    while (i < line.length && isSpace(line[i]!)) i++;
    if (i >= line.length) return words;
    let word = "";
    while (i < line.length && !isSpace(line[i]!)) {
      const character = line[i]!;
      if (character !== '"' && character !== "'") {
        word += character;
        i++;
        continue;
      }
      const quoted = readQuoted(line, i + 1, character);
      // A closing quote must end its word.
      if (quoted === undefined || (quoted.next < line.length && !isSpace(line[quoted.next]!))) return undefined;
      word += quoted.text;
      i = quoted.next;
    }
    words.push(word);
  }
}

function isSpace(character: string): boolean {
  return character === " " || (character >= "\t" && character <= "\r") || character === "\0";
}

function readQuoted(line: string, from: number, quote: string): { text: string; next: number } | undefined {
  let text = "";
  for (let i = from; i < line.length; i++) {
    const character = line[i]!;
    if (character === quote) return { text, next: i + 1 };
    if (character !== "\\") text += character;
    else if (quote === "'") text += line[i + 1] === "'" ? line[++i] : character;
    else {
      const hex = /^x([\da-f]{2})/i.exec(line.slice(i + 1, i + 4));
      const next = line[i + 1] ?? "";
      text += hex === null ? escapes[next] ?? next : String.fromCharCode(Number.parseInt(hex[1]!, 16));
      i += hex === null ? 1 : 3;
    }
  }
  return undefined;
}
