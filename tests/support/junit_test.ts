import assert from "node:assert/strict";
import { test } from "node:test";
import { readJunit } from "./junit.ts";

test("Node's report: a pass without a body, a skip with its reason, a failure with its text", () => {
  const cases = readJunit(`<testsuites>
	<testcase name="passes &amp; &lt;works>" time="0.1" classname="test" file="/t/a_test.ts"/>
	<testcase name="is skipped" time="0.1" classname="test" file="/t/a_test.ts">
		<skipped type="skipped" message="no &amp;quot;valkey&amp;quot; on PATH"/>
	</testcase>
	<testcase name="fails" time="0.1" classname="test" file="/t/a_test.ts" failure="1 !== 2&#10;">
		<failure type="testCodeFailure" message="1 !== 2">
[Error: 1 !== 2 at &lt;anonymous>]
		</failure>
	</testcase>
</testsuites>`);
  assert.deepEqual(cases, [
    { name: "passes & <works>", file: "/t/a_test.ts", result: "passed", reason: "" },
    { name: "is skipped", file: "/t/a_test.ts", result: "skipped", reason: 'no "valkey" on PATH' },
    { name: "fails", file: "/t/a_test.ts", result: "failed", reason: "[Error: 1 !== 2 at <anonymous>]" },
  ]);
});

test("Deno's report: the file is the class name, a pass has an empty body", () => {
  const cases = readJunit(`<testsuite name="./t/a_test.ts" tests="3">
        <testcase name="passes" classname="./t/a_test.ts" time="0.001" line="3" col="1">
        </testcase>
        <testcase name="is skipped" classname="./t/a_test.ts" time="0.000" line="4" col="1">
            <skipped/>
        </testcase>
        <testcase name="fails" classname="./t/a_test.ts" time="0.012" line="5" col="1">
            <failure message="Uncaught Error: a
b > c
">Error: a</failure>
        </testcase>
    </testsuite>`);
  assert.deepEqual(cases.map(({ name, result, reason }) => [name, result, reason]), [
    ["passes", "passed", ""],
    ["is skipped", "skipped", ""],
    ["fails", "failed", "Error: a"],
  ]);
  assert.equal(cases[0]?.file, "./t/a_test.ts");
});

test("Bun's report: an empty failure is a failure and line breaks are references", () => {
  const cases = readJunit(`<testsuite name="t/a_test.ts" file="t/a_test.ts">
    <testcase name="passes" classname="" time="0.1" file="t/a_test.ts" line="3" assertions="0" />
    <testcase name="is skipped" classname="" file="t/a_test.ts"><skipped /></testcase>
    <testcase name="timed out" classname="" file="t/a_test.ts"><failure type="TimeoutError" /></testcase>
    <testcase name="fails" classname="" file="t/a_test.ts">
      <failure type="TypeError" message="boom">TypeError: boom&#10;   at &#x74;</failure>
    </testcase>
  </testsuite>`);
  assert.deepEqual(cases.map(({ name, result, reason }) => [name, result, reason]), [
    ["passes", "passed", ""],
    ["is skipped", "skipped", ""],
    ["timed out", "failed", ""],
    ["fails", "failed", "TypeError: boom\n   at t"],
  ]);
});

test("a report without a test has no cases", () => {
  assert.deepEqual(readJunit("<testsuites></testsuites>"), []);
});
