import { test } from "node:test";
import assert from "node:assert/strict";
import { globMatcher } from "../../../lib/testing/memory/glob.ts";

const cases: [pattern: string, matches: string[], misses: string[]][] = [
  ["*", ["", "a", "a\nb"], []],
  ["h?llo", ["hello", "h\nllo", "h\xffllo"], ["hllo", "heello", "Hello"]],
  ["h*o", ["ho", "hello", "h\r\no"], ["hello!", "oh"]],
  ["a**b", ["ab", "axxb"], ["a"]],
  ["[ab]c", ["ac", "bc"], ["cc", "abc"]],
  ["[^ab]c", ["cc", "\nc"], ["ac", "c"]],
  ["[a-c]", ["a", "b", "c"], ["d", "-"]],
  ["[c-a]", ["a", "b", "c"], ["d"]],
  ["[a\\]]", ["a", "]"], ["\\"]],
  ["[abc", ["a", "c"], ["[abc"]],
  ["[]", [], ["", "]"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["a\\", ["a\\"], ["a"]],
  ["a.b(c)+$", ["a.b(c)+$"], ["axb(c)+$", "a.bcc"]],
];

for (const [pattern, matches, misses] of cases) {
  test(`${JSON.stringify(pattern)} matches what it should`, () => {
    const isMatch = globMatcher(pattern);
    for (const text of matches) assert.equal(isMatch(text), true, JSON.stringify(text));
    for (const text of misses) assert.equal(isMatch(text), false, JSON.stringify(text));
  });
}

test("many stars do not make matching slow", () => {
  const isMatch = globMatcher("*".repeat(1000) + "x");
  assert.equal(isMatch("a".repeat(10_000)), false);
});
