import assert from "node:assert/strict";
import { test } from "node:test";
import { HeavyKeys } from "../../lib/client/heavy_keys.ts";

test("a key whose value was large is remembered whatever the command", () => {
  const keys = new HeavyKeys();
  keys.add(["SET", "big", "…"]);
  assert.equal(keys.has(["GET", "big"]), true);
  assert.equal(keys.has(["GET", "small"]), false);
  assert.equal(keys.has(["PING"]), false);
});

test("commands without a key and keys that are bytes are not remembered", () => {
  const keys = new HeavyKeys();
  const bytes = new Uint8Array([1]);
  keys.add(["PING"]);
  keys.add(["GET", bytes]);
  assert.equal(keys.has(["PING"]), false);
  assert.equal(keys.has(["GET", bytes]), false);
});

test("only the last thousand and some keys are remembered", () => {
  const keys = new HeavyKeys();
  for (let n = 0; n < 1100; n++) keys.add(["GET", `k${n}`]);
  assert.equal(keys.has(["GET", "k75"]), false);
  assert.equal(keys.has(["GET", "k76"]), true);
  assert.equal(keys.has(["GET", "k1099"]), true);
});
