import { test } from "node:test";
import assert from "node:assert/strict";
import { splitInline } from "../../lib/testing/inline_command.ts";

const cases: [line: string, words: string[] | undefined][] = [
  ["", []],
  [" \t ", []],
  ["PING", ["PING"]],
  ["  SET  key value\r", ["SET", "key", "value"]],
  ['SET "a key" "x\\x41\\n\\"\\\\y"', ["SET", "a key", 'xA\n"\\y']],
  ['"\\r\\t\\b\\a\\q\\xZZ"', ["\r\t\b\x07qxZZ"]],
  ["SET 'it\\'s' 'a\\n'", ["SET", "it's", "a\\n"]],
  ['""', [""]],
  ['"open', undefined],
  ["'open", undefined],
  ['"a"b', undefined],
  ["\xff\xfe", ["\xff\xfe"]],
];

for (const [line, words] of cases) {
  test(`${JSON.stringify(line)} is split as Redis splits it`, () => assert.deepEqual(splitInline(line), words));
}
