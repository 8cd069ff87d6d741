/** The rules of the house hold for every file; each rule is itself tested in `support/architecture_rules_test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cycleProblems,
  erasableProblems,
  exportStarProblems,
  layerProblems,
  mirrorProblems,
  newSyntaxProblems,
  runtimeWordProblems,
  specifierProblems,
  undocumentedProblems,
} from "./support/architecture_rules.ts";
import { readSources, type SourceFile } from "./support/source_file.ts";

const root = new URL("../", import.meta.url);
const tests = readSources(root, "tests");
const library = [...readSources(root, "lib"), ...readSources(root, "mod.ts")];
const everything = [...library, ...tests, ...readSources(root, "bench")];

function assertKept(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`\n${[...problems].sort().join("\n")}`);
}

function assertKeptBy(files: readonly SourceFile[], rule: (file: SourceFile) => string[]): void {
  assert.ok(files.length > 0);
  assertKept(files.flatMap(rule));
}

test("imports go down", () => assertKept(layerProblems(library)));

test("no import goes round, not even of a type", () => assertKept(cycleProblems(everything)));

test("words of one runtime stay in the adapters and in lib/testing", () => assertKeptBy(library, runtimeWordProblems));

test("the library depends on nothing but the runtime", () => assertKeptBy(library, specifierProblems));

test("every export is named", () => assertKeptBy(everything, exportStarProblems));

test("every file of the library has its tests", () => {
  assertKept(mirrorProblems(library, new Set(tests.map(({ path }) => path))));
});

test("every file can be parsed by Node 22", () => assertKeptBy(everything, newSyntaxProblems));

test("erasing the types leaves JavaScript", () => assertKeptBy(everything, erasableProblems));

test("every export has a doc comment", () => assertKeptBy(everything, undocumentedProblems));

test("every door of the package is a file without code below it", async () => {
  const { default: config } = await import("../deno.json", { with: { type: "json" } });
  const doors = Object.values(config.exports);
  assert.ok(doors.length > 0);
  for (const door of doors) assert.match(door, /^\.\/(?:mod|lib\/entry\/\w+)\.ts$/);
});
