import assert from "node:assert/strict";
import { test } from "node:test";
import { countLabel, labelOf } from "../../lib/observability/labels.ts";

test("labels are counted one by one, or many at once", () => {
  const counts = new Map<string, number>();
  countLabel(counts, "a");
  countLabel(counts, "b", 5);
  countLabel(counts, "a");
  assert.deepEqual([...counts], [["a", 2], ["b", 5]]);
});

test("labels beyond 64 are counted together, while those that are known go on", () => {
  const counts = new Map<string, number>();
  for (let n = 0; n < 100; n++) countLabel(counts, `label ${n}`);
  countLabel(counts, "label 3");
  assert.deepEqual([counts.size, counts.get("OTHER"), counts.get("label 3")], [65, 36, 2]);
});

test("the label of an error is its code, if that is a text", () => {
  assert.equal(labelOf({ code: "CONNECT_REFUSED" }), "CONNECT_REFUSED");
  for (const odd of [new Error("no code"), { code: 5 }, undefined, null, "text", 7]) {
    assert.equal(labelOf(odd), "UNKNOWN");
  }
});
