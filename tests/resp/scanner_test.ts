import assert from "node:assert/strict";
import { test } from "node:test";
import { nullLength, Scanner, streamedLength, unfinished } from "../../lib/resp/scanner.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { toBytes } from "./support.ts";

function scan(text: string, longestReply = 0): Scanner {
  const scanner = new Scanner(longestReply, decodeText);
  scanner.feed(toBytes(text));
  return scanner;
}

test("lengths: a number, null, streamed or not all there", () => {
  const cases: [string, number, number][] = [
    ["$0\r\n", 0, 4],
    ["$12\r\n", 12, 5],
    ["$007\r\n", 7, 6],
  ];
  cases.push(["$-1\r\n", nullLength, 5], ["$?\r\n", streamedLength, 4]);
  for (const [text, length, next] of cases) {
    const scanner = scan(text);
    assert.deepStrictEqual([scanner.length(99, "X_LIMIT"), scanner.next, scanner.position], [length, next, 0], text);
    for (let end = 1; end < text.length; end++) assert.equal(scan(text.slice(0, end)).length(99, "X"), unfinished);
  }
});

test("a length over its limit fails with the limit's own code", () => {
  assert.throws(() => scan("$100\r\n").length(99, "X_LIMIT"), { code: "X_LIMIT", offset: 1 });
});

test("bytes of an earlier chunk behind the end are never looked at", () => {
  for (const text of ["$", "$1", "$-", "$?", "$12\r"]) {
    const scanner = scan("+OK\r\n$123456\r\n");
    scanner.keep();
    scanner.position = 5;
    scanner.keep();
    scanner.position = scanner.end - 1;
    scanner.keep();
    // The rest now holds one byte, and behind it what was there before.
    scanner.feed(toBytes(text));
    scanner.position = 1;
    assert.equal(scanner.length(99, "X"), unfinished, text);
  }
});

test("59: an unfinished line is searched once, however many chunks it has", () => {
  const scanner = scan("+abc");
  assert.equal(scanner.line(1, 1000, "X", ""), -1);
  assert.equal(scanner.searched, 4);
  scanner.keep();
  // Were it searched again from its beginning, it would end here.
  scanner.buffer[2] = 13;
  scanner.feed(toBytes("def\r"));
  scanner.more();
  assert.equal(scanner.line(1, 1000, "X", ""), -1);
  assert.equal(scanner.searched, 7);
  scanner.feed(toBytes("\n"));
  assert.equal(scanner.line(1, 1000, "X", ""), 7);
});

test("M07: the reply's limit counts from the reply's start", () => {
  const scanner = scan("+OK\r\n+123456789\r\n", 6);
  scanner.position = scanner.start = 5;
  assert.throws(() => scanner.line(6, 1000, "X", ""), { code: "REPLY_LIMIT", offset: 11 });
});

test("a failure is kept", () => {
  const scanner = scan("$x");
  assert.throws(
    () => scanner.length(9, "X"),
    (error) => error === scanner.failure,
  );
});

test("integers end where their digits do", () => {
  assert.equal(scan(":-12\r\n").integerLine(1), 4);
  assert.equal(scan(":12").integerLine(1), -1);
  assert.equal(scan(":12\r").integerLine(1), -1);
  assert.throws(() => scan(":12x").integerLine(1), { code: "BAD_INTEGER", offset: 3, byte: 120 });
});
