/** The cases that the library is tested with, by their numbers, and where each of them is. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../support/runtimes.ts";

/** Cases of one kind. */
export interface CaseGroup {
  /** The letter that their numbers begin with. */
  readonly letter: string;
  /** What they are about. */
  readonly title: string;
  /** The highest number. */
  readonly last: number;
  /** Numbers that no test has, and why. */
  readonly without: ReadonlyMap<number, string>;
}

const none = new Map<number, string>();
const pubSub = "waits for publish and subscribe";

/** Every kind that is tested. */
export const caseGroups: readonly CaseGroup[] = [
  { letter: "C", title: "cancellation and deadlines", last: 14, without: none },
  { letter: "S", title: "server faults", last: 23, without: new Map([[19, pubSub]]) },
  { letter: "N", title: "network faults", last: 15, without: none },
  { letter: "Q", title: "pool pressure", last: 15, without: none },
];

/** The numbers of a group, such as `C01`, with the reason where no test has one. */
export function numbersOf({ letter, last, without }: CaseGroup): [number: string, reason: string | undefined][] {
  return Array.from({ length: last }, (_, i) => [letter + String(i + 1).padStart(2, "0"), without.get(i + 1)]);
}

/** The files whose test names begin with a number, by number; paths from the root. */
export function filesByNumber(): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const path of testFiles()) {
    for (const number of numbersIn(readFileSync(path, "utf8"))) {
      const known = files.get(number) ?? new Set();
      files.set(number, known.add(relative(root, path)));
    }
  }
  return files;
}

/** The numbers at the front of test names in a source text. */
export function numbersIn(source: string): string[] {
  const names = source.matchAll(/\btest\(\s*["`]([A-Z]\d\d(?:, [A-Z]\d\d)*): /g);
  return Array.from(names, ([, numbers]) => numbers!.split(", ")).flat();
}

function testFiles(): string[] {
  return readdirSync(join(root, "tests"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith("_test.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
