import assert from "node:assert/strict";
import { test } from "node:test";
import { Input } from "../../lib/resp/input.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { holdsAtMost, megabyte } from "./memory.ts";
import { toBytes } from "./support.ts";

/** What is left to read, as text. */
function left(input: Input): string {
  return decodeText(input.buffer, input.position, input.end);
}

test("a chunk is read where it lies", () => {
  const input = new Input(decodeText);
  const chunk = toBytes("abc");
  input.feed(chunk);
  assert.equal(input.buffer, chunk);
  assert.equal(left(input), "abc");
  input.position = 3;
  assert.deepStrictEqual([input.isEmpty, input.more(), input.offset], [true, false, 3]);
});

test("what is left of a chunk is kept before the chunk is given back", () => {
  const input = new Input(decodeText);
  const chunk = toBytes("abcdef");
  input.feed(chunk);
  input.position = 4;
  assert.equal(input.more(), false);
  chunk.fill(0);
  assert.deepStrictEqual([left(input), input.offset], ["ef", 4]);
  input.feed(toBytes("gh"));
  assert.deepStrictEqual([left(input), input.offset], ["efgh", 4]);
});

test("of a long chunk behind a rest only the first bytes are copied", () => {
  const input = new Input(decodeText);
  input.feed(toBytes("ab"));
  input.more();
  const chunk = toBytes("c".repeat(10_000) + "d");
  input.feed(chunk);
  assert.notEqual(input.buffer, chunk);
  assert.ok(left(input).startsWith("abccc") && left(input).length < 6000);
  input.position = 5;
  assert.equal(input.more(), true);
  assert.equal(input.buffer, chunk);
  assert.deepStrictEqual([left(input).length, input.offset], [9998, 5]);
  input.position = input.end;
  assert.deepStrictEqual([input.more(), input.isEmpty, input.offset], [false, true, 10_003]);
});

test("when the first bytes do not finish the value, all of the chunk follows", () => {
  const input = new Input(decodeText);
  input.feed(toBytes("ab"));
  input.more();
  input.feed(toBytes("c".repeat(10_000)));
  assert.equal(input.more(), true);
  assert.deepStrictEqual([left(input).length, input.offset, input.more()], [10_002, 0, false]);
});

test("keep gives a chunk back at any time", () => {
  for (const position of [0, 1, 2, 3, 4000]) {
    const input = new Input(decodeText);
    input.feed(toBytes("ab"));
    input.more();
    const chunk = toBytes("c".repeat(9999) + "d");
    input.feed(chunk);
    input.position = position;
    input.keep();
    chunk.fill(0);
    const rest = "ab" + "c".repeat(9999) + "d";
    assert.ok(left(input) === rest.slice(position) && input.offset === position);
    assert.equal(input.isEmpty, false);
    input.feed(toBytes("ef"));
    assert.ok(left(input) === rest.slice(position) + "ef");
  }
});

test("chunks that are fed before the last one was read are all there", () => {
  const input = new Input(decodeText);
  let expected = "";
  for (let i = 0; i < 10; i++) {
    const text = `${i}`.repeat(i * 1500);
    input.feed(toBytes(text));
    expected += text;
  }
  let found = "";
  do {
    found += left(input);
    input.position = input.end;
  } while (input.more());
  assert.ok(found === expected);
});

test("M09: a large rest is given up once it is empty", () => {
  const input = new Input(decodeText);
  holdsAtMost(megabyte, () => {
    input.feed(new Uint8Array(8 * megabyte));
    input.keep();
    input.position = input.end;
    input.feed(toBytes("a"));
    input.position = input.end;
    input.more();
    return input;
  });
});
