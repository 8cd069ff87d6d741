/**
 * Reads the text format of Prometheus, as far as `top` needs it.
 *
 * @module
 */

/** One number of a page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads every sample of a page; throws at a line that is none. */
export function parseExposition(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const each of text.split("\n")) {
    if (each.trim() === "" || each.startsWith("#")) continue;
    const [, name = "", labels = "", value = ""] = line.exec(each) ?? [];
    if (name === "") {
      throw new Error("the page is not in the text format of Prometheus");
    }
    samples.push({
      name,
      labels: readLabels(labels),
      value: readNumber(value),
    });
  }
  return samples;
}

function readLabels(text: string): Record<string, string> {
  const pairs = Array.from(
    text.matchAll(label),
    ([, name = "", value = ""]) => [name, unescaped(value)],
  );
  return Object.fromEntries(pairs);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter) => letter === "n" ? "\n" : letter);
}

function readNumber(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}
