import { test } from "node:test";
import assert from "node:assert/strict";
import { concat, toBytes, toLatin1, utf8FromLatin1 } from "../../lib/testing/bytes.ts";

test("text becomes UTF-8 and bytes are copied", () => {
  assert.deepEqual(toBytes("é"), new Uint8Array([0xc3, 0xa9]));
  const bytes = new Uint8Array([1, 2]);
  const copy = toBytes(bytes);
  bytes[0] = 9;
  assert.deepEqual(copy, new Uint8Array([1, 2]));
});

test("concat keeps the order of its pieces", () => {
  assert.deepEqual(concat([new Uint8Array([1]), new Uint8Array(0), new Uint8Array([2, 3])]), new Uint8Array([1, 2, 3]));
  assert.equal(concat([]).length, 0);
});

test("latin1 has one character per byte, and back again it is UTF-8", () => {
  const bytes = toBytes("é€\0".repeat(5000));
  const text = toLatin1(bytes);
  assert.equal(text.length, bytes.length);
  assert.equal(text.slice(0, 2), "\xc3\xa9");
  assert.equal(utf8FromLatin1(text), "é€\0".repeat(5000));
  assert.equal(utf8FromLatin1("\xef\xbb\xbfa"), "\ufeffa");
  assert.equal(utf8FromLatin1("\xff"), "\ufffd");
});
