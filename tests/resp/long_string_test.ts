import assert from "node:assert/strict";
import { test } from "node:test";
import { LongString } from "../../lib/resp/long_string.ts";
import { Scanner } from "../../lib/resp/scanner.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { toBytes } from "./support.ts";

const bulkType = 36;

/** Feeds chunk by chunk; returns after which chunk the string was complete. */
function advance(long: LongString, input: Scanner, chunks: string[]): number {
  return chunks.findIndex((chunk) => {
    input.feed(toBytes(chunk));
    const isComplete = long.advance(input);
    if (!isComplete) assert.equal(input.more(), false);
    return isComplete;
  });
}

test("34: a string whose length is known is complete with its line end", () => {
  const long = new LongString(decodeText);
  const input = new Scanner(0, decodeText);
  for (const asBytes of [false, true]) {
    long.open(bulkType, "bulk", 5, 100, asBytes);
    assert.equal(advance(long, input, ["he", "", "llo", "\r", "\n+next"]), 4);
    assert.equal(long.length, 5);
    assert.deepStrictEqual(long.end(), asBytes ? toBytes("hello") : "hello");
    assert.equal(decodeText(input.buffer, input.position, input.end), "+next");
    input.position = input.end;
  }
});

test("46: a streamed string is complete with its empty part", () => {
  const long = new LongString(decodeText);
  long.open(bulkType, "streamed", 0, 100, false);
  const input = new Scanner(0, decodeText);
  assert.equal(advance(long, input, [";", "2\r\nab", "\r\n;1\r", "\nc\r\n", ";0\r\n"]), 4);
  assert.equal(long.end(), "abc");
});

test("58: a line is complete with its line end, wherever that was cut", () => {
  const long = new LongString(decodeText);
  long.open(43, "line", Infinity, 100, false);
  const input = new Scanner(0, decodeText);
  assert.equal(advance(long, input, ["abc", "def\r", "\n"]), 2);
  assert.equal(long.end(), "abcdef");
});

test("M04, M06: the limit counts what was taken before", () => {
  const input = new Scanner(0, decodeText);
  const long = new LongString(decodeText);
  long.open(43, "line", Infinity, 5, false);
  assert.throws(() => advance(long, input, ["abc", "def"]), { code: "LINE_LIMIT", offset: 5 });
  const other = new LongString(decodeText);
  other.open(bulkType, "streamed", 0, 5, false);
  const parts = [";3\r\nabc\r\n", ";3\r\n"];
  assert.throws(() => advance(other, new Scanner(0, decodeText), parts), { code: "BULK_LIMIT", offset: 10 });
});
