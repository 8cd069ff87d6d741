// Every case of the conformance list has a test that names it. The numbers come from the suites of other clients, G is
// garbage from the peer, M is memory. What comes behind 70 and M10 is about connections.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../", import.meta.url));

function* testNames(): Generator<string> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith("_test.ts")) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const [, name] of text.matchAll(/\btest\(\s*["`]([^"`]*)["`]/g)) yield name!;
  }
}

/** The cases at the front of a test's name, such as `12, G09: …`. */
function casesOf(name: string): string[] {
  const front = /^((?:[A-Z]?\d+)(?:, [A-Z]?\d+)*): /.exec(name);
  return front === null ? [] : front[1]!.split(", ");
}

function numbered(letter: string, last: number): string[] {
  const width = letter === "" ? 1 : 2;
  return Array.from({ length: last }, (_, i) => letter + String(i + 1).padStart(width, "0"));
}

test("every case of the conformance list is named by a test", () => {
  const named = new Set([...testNames()].flatMap(casesOf));
  const wanted = [...numbered("", 70), ...numbered("G", 28), ...numbered("M", 10)];
  assert.deepStrictEqual(wanted.filter((name) => !named.has(name)), []);
});
