import assert from "node:assert/strict";
import { test } from "node:test";
import { spec } from "../../lib/commands/spec.ts";

test("a spec knows its verb, and repeats nothing unless told", () => {
  const { name, verb, fixed, repeat, shape, checked } = spec("get", 1);
  assert.deepEqual({ name, verb, fixed, repeat, shape, checked }, {
    name: "get",
    verb: "GET",
    fixed: 1,
    repeat: -1,
    shape: undefined,
    checked: false,
  });
});

test("an array stands for everything behind the usual arguments unless told", () => {
  assert.deepEqual([spec("del", 1, { repeat: 0 }).after, spec("blpop", 2, { repeat: 0, after: 1 }).after], [0, 1]);
});
