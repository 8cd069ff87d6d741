/**
 * What the `test` task says at its end.
 *
 * @module
 */
import { renderMatrix } from "./connection_matrix.ts";
import type { TestCase } from "./junit.ts";
import { readRecord } from "./matrix.ts";
import type { RuntimeResult } from "./run_tests.ts";

/** All that is known when the last runtime is done. */
export interface Outcome {
  /** What became of the tests per runtime. */
  readonly results: readonly RuntimeResult[];
  /** The runtimes that could not be had, with the reason. */
  readonly notRun: ReadonlyMap<string, string>;
  /** The text of the record of servers. */
  readonly record: string;
  /** The text of the record of cells. */
  readonly cells: string;
  /** What tests measured and want to be read. */
  readonly notes: string;
  /** In CI a runtime that did not run is a failure, and so is a run without a server. */
  readonly ci: boolean;
}

/** Writes failures, skips, servers, one line per runtime and, as the last line, the sum. */
export function report({ results, notRun, record, cells, notes, ci }: Outcome): { text: string; failed: number } {
  const { used, missing } = readRecord(record);
  const problems = ci ? ciProblems(notRun, used) : [];
  const cases = results.flatMap((result) => result.cases);
  const failed = count(cases, "failed") + problems.length;
  const lines = [
    ...results.flatMap(failures),
    ...skips(results),
    "",
    `servers used: ${used.join(", ") || "none"}`,
    `servers of the matrix that were missing: ${missing.join(", ") || "none"}`,
    "",
    ...withGap(renderMatrix(cells)),
    ...withGap(notes.split("\n").filter((line) => line !== "")),
    ...table(results),
    ...Array.from(notRun, ([name, reason]) => `${name}: NOT RUN (${reason})`),
    ...results.flatMap(({ runtime, cases }) =>
      failedOf(cases).map(({ file, name, reason }) => `failed on ${runtime}: ${file} ${name}: ${firstLine(reason)}`)
    ),
    ...problems.map((problem) => `failed, because this is CI: ${problem}`),
    "",
    `${count(cases, "passed")} passed, ${failed} failed`,
  ];
  return { text: lines.join("\n"), failed };
}

function withGap(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ""];
}

function ciProblems(notRun: ReadonlyMap<string, string>, used: readonly string[]): string[] {
  const problems = Array.from(notRun.keys(), (name) => `${name} was not run`);
  return used.length > 0 ? problems : [...problems, "no test met a real server"];
}

function count(cases: readonly TestCase[], result: TestCase["result"]): number {
  return cases.filter((one) => one.result === result).length;
}

function failedOf(cases: readonly TestCase[]): TestCase[] {
  return cases.filter(({ result }) => result === "failed");
}

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]!;
}

function failures({ runtime, cases, output }: RuntimeResult): string[] {
  const failed = failedOf(cases);
  if (failed.length === 0) return [];
  return [
    "",
    `── output of ${runtime} ──`,
    withoutPasses(output).trimEnd(),
    `── failed on ${runtime} ──`,
    ...failed.map(({ file, name, reason }) => `${file} ${name}\n${reason.replace(/^/gm, "    ")}`),
  ];
}

/** What Deno, Bun and Node write of a test that passed. */
const pass = /^(?:.* \.\.\. ok \(.*|\(pass\) .*|✔ .*)\n/gm;

function withoutPasses(output: string): string {
  return output.replace(pass, "");
}

/** Only Node tells why a test was skipped; the others' skips of the same name are put under its reason. */
function skips(results: readonly RuntimeResult[]): string[] {
  const skips = new Map<string, { reason: string; runtimes: Set<string> }>();
  for (const { runtime, cases } of results) {
    for (const { name, reason } of cases.filter(({ result }) => result === "skipped")) {
      const skip = skips.get(name) ?? { reason, runtimes: new Set() };
      skip.reason ||= reason;
      skip.runtimes.add(runtime);
      skips.set(name, skip);
    }
  }
  const lines = Array.from(
    skips,
    ([name, { reason, runtimes }]) =>
      `  ${name}: ${reason || "the reason is in the test"} (${[...runtimes].join(", ")})`,
  );
  return lines.length === 0 ? [] : ["", "skipped:", ...lines];
}

function table(results: readonly RuntimeResult[]): string[] {
  const rows = results.map(({ runtime, cases, elapsedMs }) => [
    runtime,
    ...(["passed", "failed", "skipped"] as const).map((result) => String(count(cases, result))),
    `${(elapsedMs / 1000).toFixed(1)} s`,
  ]);
  return [["runtime", "passed", "failed", "skipped", "time"], ...rows].map(([name = "", ...numbers]) =>
    name.padEnd(16) + numbers.map((text) => text.padStart(9)).join("")
  );
}
