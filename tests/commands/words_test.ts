import assert from "node:assert/strict";
import { test } from "node:test";
import { hasWord, isWord, skipWords, textOf, wordOf } from "../../lib/commands/words.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test("words are read without regard to case, whatever the argument's type", () => {
  assert.equal(wordOf("nx"), "NX");
  assert.equal(wordOf(bytes("nx")), "NX");
  assert.equal(wordOf(5), "5");
  assert.equal(textOf(5n), "5");
});

test("what is too long for a word is not looked at", () => {
  assert.equal(wordOf("x".repeat(65)), "");
  assert.equal(wordOf(new Uint8Array(65)), "");
  assert.equal(wordOf("x".repeat(64)).length, 64);
});

test("words are found from a place on", () => {
  assert.equal(isWord(undefined, "NX"), false);
  assert.equal(hasWord(["SET", "nx", "v"], "NX", 3), false);
  assert.equal(hasWord(["SET", "k", "v", "nx"], "NX", 3), true);
  assert.equal(skipWords(["ZADD", "k", "nx", "CH", 1, "NX"], new Set(["NX", "CH"]), 2), 4);
  assert.equal(skipWords(["ZADD", "k", "nx"], new Set(["NX"]), 2), 3);
});
