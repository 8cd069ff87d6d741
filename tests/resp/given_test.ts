import assert from "node:assert/strict";
import { test } from "node:test";
import { given } from "../../lib/resp/given.ts";

test("what is undefined was not given, and what an object inherits neither", () => {
  assert.deepEqual(given({ a: 1, b: undefined, c: null, d: 0 }), { a: 1, c: null, d: 0 });
  assert.deepEqual(given(Object.create({ a: 1 })), {});
  assert.deepEqual(given(undefined), {});
});
