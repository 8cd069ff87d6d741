/**
 * Arguments as the server reads them: words without regard to case, numbers and ids as text.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { decodeText } from "../resp/text.ts";

/** Verbs and options are short; what is longer is data and not looked at. */
const longestWord = 64;

/** An argument as text; empty when it is too long to be a word or a number, or nothing that can be sent. */
export function textOf(arg: Argument): string {
  if (typeof arg === "string") return arg.length <= longestWord ? arg : "";
  if (typeof arg === "number" || typeof arg === "bigint") return String(arg);
  return arg instanceof Uint8Array && arg.length <= longestWord ? decodeText(arg, 0, arg.length) : "";
}

/** An argument as a verb, a subcommand or an option's word: in upper case. */
export function wordOf(arg: Argument): string {
  return textOf(arg).toUpperCase();
}

/** The verb as the method of its name: in lower case; empty when there is none. */
export function methodOf(args: readonly Argument[]): string {
  return args.length > 0 ? textOf(args[0]!).toLowerCase() : "";
}

/** Whether an argument is that word, in whatever case it is written. */
export function isWord(arg: Argument | undefined, word: string): boolean {
  return arg !== undefined && wordOf(arg) === word;
}

/** Whether a word stands at `from` or later. */
export function hasWord(args: readonly Argument[], word: string, from: number): boolean {
  for (let i = from; i < args.length; i++) if (isWord(args[i], word)) return true;
  return false;
}

/** The index of the first argument from `from` on that is none of these words. */
export function skipWords(args: readonly Argument[], words: ReadonlySet<string>, from: number): number {
  let i = from;
  while (i < args.length && words.has(wordOf(args[i]!))) i++;
  return i;
}
