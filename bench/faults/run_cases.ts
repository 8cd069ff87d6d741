/** Plays every case with faults that last, and prints each number with pass or fail per runtime. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { caseGroups, filesByNumber, numbersOf } from "../../tests/faults/cases.ts";
import { ensureDebianServers } from "../../tests/support/debian_servers.ts";
import type { TestCase } from "../../tests/support/junit.ts";
import { runTests } from "../../tests/support/run_tests.ts";
import type { Runtime } from "../../tests/support/runtimes.ts";

/** The results of one case on one runtime, in a word. */
function verdict(cases: readonly TestCase[]): string {
  if (cases.length === 0) return "none";
  if (cases.some(({ result }) => result === "failed")) return "FAIL";
  return cases.every(({ result }) => result === "skipped") ? "skip" : "pass";
}

function bearing(number: string, cases: readonly TestCase[]): TestCase[] {
  return cases.filter(({ name }) => /^[A-Z]\d\d(?:, [A-Z]\d\d)*:/.exec(name)?.[0].includes(number));
}

/** Runs the tests that bear the numbers of all groups. Returns whether none failed. */
export async function runCases(runtimes: readonly Runtime[]): Promise<boolean> {
  ensureDebianServers();
  // Faults last as long as the case says; the tests of every change have no time for that.
  process.env.RESPOOL_FAULTS = "long";
  const known = filesByNumber();
  const numbers = caseGroups.flatMap((group) => numbersOf(group));
  const files = [
    ...new Set(numbers.flatMap(([number]) => [...known.get(number) ?? []])),
  ].sort();
  const results = new Map<string, readonly TestCase[]>();
  for (const runtime of runtimes) {
    console.log(`${runtime.name} ${runtime.version}: ${files.length} files`);
    results.set(
      runtime.name,
      await playAll(runtime, files.map((file) => `./${file}`)),
    );
  }
  printVerdicts(results);
  const failed = [...results].flatMap(([runtime, cases]) =>
    cases.filter(({ result }) => result === "failed").map(({ name, reason }) => `${runtime}: ${name}\n${reason}`)
  );
  for (const text of failed) console.log(`\n${text}`);
  return failed.length === 0;
}

async function playAll(
  runtime: Runtime,
  files: readonly string[],
): Promise<readonly TestCase[]> {
  const folder = mkdtempSync(join(tmpdir(), "respool-faults-"));
  try {
    const cases: TestCase[] = [];
    // One file at a time: what is timed has the machine to itself.
    for (const file of files) {
      cases.push(...(await runTests(runtime, [file], folder)).cases);
    }
    return cases;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printVerdicts(
  results: ReadonlyMap<string, readonly TestCase[]>,
): void {
  for (const group of caseGroups) {
    console.log(`\n${group.letter}  ${group.title}`);
    for (const [number, reason] of numbersOf(group)) {
      const verdicts = Array.from(
        results,
        ([runtime, cases]) => `${runtime} ${verdict(bearing(number, cases))}`,
      );
      console.log(`  ${number}  ${reason ?? verdicts.join("  ")}`);
    }
  }
}
