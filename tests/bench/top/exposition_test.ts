import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExposition } from "../../../bench/top/exposition.ts";
import { prometheusText } from "../../../lib/entry/prometheus.ts";
import { numbers } from "../../observability/pool_numbers.ts";

test("samples are read with their labels and values; comments and blank lines are passed over", () => {
  const text = '# HELP a b\n# TYPE a gauge\n\na 1\nb{x="1",y="two words"} 2.5e-3\nc{le="+Inf"} +Inf 1700000000000\n';
  assert.deepEqual(parseExposition(text), [
    { name: "a", labels: {}, value: 1 },
    { name: "b", labels: { x: "1", y: "two words" }, value: 0.0025 },
    { name: "c", labels: { le: "+Inf" }, value: Infinity },
  ]);
  assert.equal(parseExposition("d -Inf")[0]?.value, -Infinity);
  assert.ok(Number.isNaN(parseExposition("d NaN")[0]?.value));
});

test("names of pools come back as they are, whatever they hold", () => {
  for (const name of ['quo"te', "back\\slash", "\\n", "new\nline", "{}=,", "trailing\\"]) {
    const samples = parseExposition(prometheusText({ name, stats: () => numbers() }));
    assert.deepEqual([...new Set(samples.map(({ labels }) => labels.db_client_connection_pool_name))], [name]);
  }
});

test("what is no page is refused", () => {
  for (const text of ["<html>", "a", "a{x=} b c d", "1a 2"]) assert.throws(() => parseExposition(text), /text format/);
});
