/**
 * A source file as the architecture test sees it: its text, its code without comments and strings, its imports.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** One import or re-export, of values or of types, static or dynamic. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root when the specifier is relative; `undefined` otherwise. */
  readonly path: string | undefined;
}

/** A source file. */
export interface SourceFile {
  /** Path from the root, with `/`. */
  readonly path: string;
  /** All of it. */
  readonly text: string;
  /** The same length, with blanks for comments and for what strings, templates and regular expressions hold. */
  readonly code: string;
  /** What it imports. */
  readonly imports: readonly Import[];
}

/** Makes a source file from its text. */
export function parse(path: string, text: string): SourceFile {
  const code = codeOnly(text);
  return { path, text, code, imports: importsOf(path, text, code) };
}

/** Reads every TypeScript file below a folder of the repository, or one file. */
export function readSources(root: URL, path: string): SourceFile[] {
  if (path.endsWith(".ts")) return [parse(path, readFileSync(new URL(path, root), "utf8"))];
  return readdirSync(new URL(path, root), { withFileTypes: true }).flatMap((entry) => {
    const inner = posix.join(path, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : readSources(root, inner);
    return inner.endsWith(".ts") ? readSources(root, inner) : [];
  });
}

/** A specifier stands directly behind `from`, `import` or `import(`, which no other code does. */
function importsOf(path: string, text: string, code: string): Import[] {
  return Array.from(code.matchAll(/\b(?:from|import|import\s*\()\s*(["'])( *)\1/g), (match) => {
    const end = match.index + match[0].length - 1;
    const specifier = text.slice(end - match[2]!.length, end);
    const isRelative = specifier.startsWith(".");
    return { specifier, path: isRelative ? posix.join(posix.dirname(path), specifier) : undefined };
  });
}

/** Blanks comments and the insides of strings, templates and regular expressions; keeps every position. */
export function codeOnly(text: string): string {
  return new Scanner(text).scan();
}

const comment = /\/\/.*|\/\*[^]*?\*\//y;
const string = /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/y;
const regularExpression = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//y;
const templateText = /(?:\\[^]|\$(?!\{)|[^`\\$])*/y;
/** What may stand before a regular expression, as opposed to a division. */
const beforeExpression = /(?:^|[=(,:;[{}!&|?+*%<>~^-]|\b(?:return|typeof|case|in|of|yield|await|void|throw|delete))$/;

class Scanner {
  readonly #text: string;
  #code = "";

  constructor(text: string) {
    this.#text = text;
  }

  scan(): string {
    while (this.#code.length < this.#text.length) this.#step();
    return this.#code;
  }

  #step(): void {
    const next = this.#text[this.#code.length];
    if (next === "`") return this.#template();
    if (this.#blank(comment, 0) || this.#blank(string, 1)) return;
    const mayBeExpression = next === "/" && beforeExpression.test(this.#code.slice(-200).trimEnd());
    if (mayBeExpression && this.#blank(regularExpression, 1)) return;
    this.#code += next;
  }

  /** Takes what matches here, blank but for its line breaks and `edge` characters at both ends. */
  #blank(pattern: RegExp, edge: number): boolean {
    pattern.lastIndex = this.#code.length;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return false;
    const end = found.length - edge;
    this.#code += found.slice(0, edge) + found.slice(edge, end).replace(/[^\n]/g, " ") + found.slice(end);
    return true;
  }

  /** Text between backquotes is blanked, code within `${}` is code. */
  #template(): void {
    this.#code += "`";
    while (this.#code.length < this.#text.length) {
      this.#blank(templateText, 0);
      const isEnd = this.#text[this.#code.length] === "`";
      this.#code += isEnd ? "`" : "${";
      if (isEnd) return;
      this.#untilClosingBrace();
    }
  }

  #untilClosingBrace(): void {
    for (let depth = 1; depth > 0 && this.#code.length < this.#text.length;) {
      this.#step();
      if (this.#code.endsWith("{")) depth++;
      else if (this.#code.endsWith("}")) depth--;
    }
  }
}
