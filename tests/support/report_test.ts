import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestCase } from "./junit.ts";
import { type Outcome, report } from "./report.ts";

const passed: TestCase = { name: "works", file: "./a_test.ts", result: "passed", reason: "" };
const failed: TestCase = { name: "breaks", file: "./a_test.ts", result: "failed", reason: "Error: 1\nat line 2" };

function outcome(given: Partial<Outcome> & { cases?: readonly TestCase[] } = {}): Outcome {
  const { cases = [passed], ...rest } = given;
  const result = { runtime: "deno 2.9.6", cases, elapsedMs: 1234, output: "all that was written" };
  const record = '{"kind":"redis","version":"7.0.15"}\n';
  return { results: [result], notRun: new Map(), record, cells: "", notes: "", ci: false, ...rest };
}

test("the last line is the sum over the runtimes", () => {
  const { text, failed } = report(outcome());
  assert.equal(text.split("\n").at(-1), "1 passed, 0 failed");
  assert.equal(failed, 0);
  assert.match(text, /deno 2\.9\.6 +1 +0 +0 +1\.2 s/);
});

test("a failure shows the runner's output, the test and its reason", () => {
  const { text, failed: count } = report(outcome({ cases: [passed, failed] }));
  assert.match(text, /all that was written[^]*\.\/a_test\.ts breaks\n {4}Error: 1\n {4}at line 2/);
  assert.match(text, /\nfailed on deno 2\.9\.6: \.\/a_test\.ts breaks: Error: 1\n\n1 passed, 1 failed$/);
  assert.equal(count, 1);
});

test("the output that is shown leaves the passes out", () => {
  const lines = [
    "a ... ok (3ms)",
    "(pass) b [1ms]",
    "✔ c (1ms)",
    "d ... FAILED (1ms)",
    "(fail) e",
    "✖ f (1ms)",
    "noise",
  ];
  const results = [{ runtime: "deno 2", cases: [failed], elapsedMs: 1, output: lines.join("\n") }];
  const { text } = report(outcome({ results }));
  assert.match(text, /── output of deno 2 ──\nd \.\.\. FAILED \(1ms\)\n\(fail\) e\n✖ f \(1ms\)\nnoise\n──/);
});

test("a skip is listed once, with its reason and its runtimes", () => {
  const skipped = (reason: string): TestCase => ({ name: "with valkey", file: "", result: "skipped", reason });
  const results = [["bun 1", ""], ["node 2", "no valkey-server"]].map(([runtime = "", reason = ""]) => (
    { runtime, cases: [skipped(reason)], elapsedMs: 1, output: "" }
  ));
  const { text } = report(outcome({ results }));
  assert.match(text, /\n {2}with valkey: no valkey-server \(bun 1, node 2\)\n/);
});

test("servers that were used and servers that were missing are named", () => {
  const { text } = report(outcome());
  assert.match(text, /servers used: redis 7\.0\.15\n.*missing: redis 8, valkey 8/);
});

test("the kinds of connection that were tried are shown as a matrix", () => {
  const cells = '{"runtime":"Bun","server":"Redis 7.0","transport":"TLS","result":"ok"}\n';
  assert.match(report(outcome({ cells })).text, /\nBun +Redis 7\.0 +missing +ok +missing/);
  assert.doesNotMatch(report(outcome()).text, /RESP2/);
});

test("what tests measured is shown", () => {
  assert.match(report(outcome({ notes: "a door: 1 kB\nanother: 2 kB\n" })).text, /\na door: 1 kB\nanother: 2 kB\n\n/);
});

test("a runtime that could not be had is shown, and fails in CI only", () => {
  const notRun = new Map([["bun", "npm is not on PATH"]]);
  assert.equal(report(outcome({ notRun })).failed, 0);
  const { text, failed } = report(outcome({ notRun, ci: true }));
  assert.match(text, /bun: NOT RUN \(npm is not on PATH\)/);
  assert.equal(failed, 1);
});

test("a run without a server fails in CI only", () => {
  assert.equal(report(outcome({ record: "" })).failed, 0);
  assert.equal(report(outcome({ record: "", ci: true })).failed, 1);
});
