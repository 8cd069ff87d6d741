/**
 * The TypeScript in Markdown pages.
 *
 * @module
 */

/** One fenced block of TypeScript. */
export interface CodeBlock {
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** What stands between the fences. */
  readonly code: string;
  /** Whether it is a whole program, marked by `runnable` behind the language. */
  readonly isRunnable: boolean;
}

/** Lists the blocks marked `ts` or `typescript`. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return Array.from(markdown.matchAll(/^```(?:ts|typescript)\b(.*)\n([^]*?)^```$/gm), (match) => ({
    line: markdown.slice(0, match.index).split("\n").length + 1,
    code: match[2] ?? "",
    isRunnable: /\brunnable\b/.test(match[1] ?? ""),
  }));
}

/** What a program promises to print: the comments behind its calls of `console.log`. */
export function promisedOutput(code: string): string[] {
  return Array.from(code.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm), ([, text = ""]) => text);
}
