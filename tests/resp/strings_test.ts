import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplyError } from "../../lib/errors.ts";
import { defaultLimits } from "../../lib/resp/limits.ts";
import { defaultMapping, toMapping } from "../../lib/resp/mapping.ts";
import { incomplete, Scalars } from "../../lib/resp/scalars.ts";
import { opened, Stack } from "../../lib/resp/stack.ts";
import { Strings } from "../../lib/resp/strings.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { cut, toBytes } from "./support.ts";

const bytes = toMapping({ strings: "bytes" });

/** Strings of a stream that began with `text`. */
function begin(text: string): { input: Scalars; strings: Strings } {
  const input = new Scalars(0, decodeText);
  input.feed(toBytes(text));
  const stack = new Stack(input, defaultLimits, undefined);
  return { input, strings: new Strings(input, stack, defaultLimits, decodeText) };
}

/** Reads the string that the stream begins with. */
function readFirst(strings: Strings, input: Scalars, mapping = defaultMapping): unknown {
  const type = input.buffer[input.position]!;
  const isLine = type === "+".charCodeAt(0) || type === "-".charCodeAt(0);
  return isLine ? strings.simple(type, mapping) : strings.bulk(type, mapping, true);
}

test("31, 35: a string that is all there is read at once, and what follows is left", () => {
  for (
    const [text, value] of [
      ["+a b\r\n", "a b"],
      ["$3\r\na\rb\r\n", "a\rb"],
      ["$0\r\n\r\n", ""],
      ["$-1\r\n", null],
      ["=5\r\ntxt:a\r\n", "a"],
    ]
  ) {
    const { input, strings } = begin(`${text}:1\r\n`);
    assert.equal(readFirst(strings, input), value);
    assert.equal(input.position, text!.length);
    assert.equal(strings.isOpen, false);
  }
});

test("30, 42: error lines and bulk errors are values", () => {
  for (const text of ["-ERR no\r\n", "!6\r\nERR no\r\n"]) {
    const { input, strings } = begin(text);
    const error = readFirst(strings, input);
    assert.ok(error instanceof ReplyError && error.message === "ERR no");
  }
});

test("24: bytes are a copy, of a verbatim string too", () => {
  for (const text of ["$3\r\nabc\r\n", "=7\r\ntxt:abc\r\n", "+abc\r\n"]) {
    const { input, strings } = begin(text);
    const value = readFirst(strings, input, bytes);
    input.buffer.fill(0);
    assert.deepStrictEqual(value, toBytes("abc"));
  }
});

test("a short string that is not all there is left where it is", () => {
  for (const text of ["+abc", "$5\r\nab", "$5", "=9\r\ntxt:", "-ERR"]) {
    const { input, strings } = begin(text);
    assert.equal(readFirst(strings, input), incomplete);
    assert.equal(input.position, 0);
    assert.equal(strings.isOpen, false);
  }
});

test("34, 46, 58: a long string, or one in parts, is taken while it comes in", () => {
  const long = "0123456789".repeat(1000);
  for (
    const [head, rest, value] of [
      ["$10000\r\n", `${long}\r\n`, long],
      [`+${long}`, `${long}\r\n`, long + long],
      ["=10004\r\ntxt:", `${long}\r\n`, long],
      ["$?\r\n", ";2\r\nab\r\n;1\r\nc\r\n;0\r\n", "abc"],
    ]
  ) {
    const { input, strings } = begin(head!);
    assert.equal(readFirst(strings, input), opened);
    assert.equal(strings.isOpen, true);
    const values = cut(toBytes(rest!), 1000).map((chunk) => {
      input.feed(chunk);
      let taken = strings.resume(defaultMapping);
      while (taken === incomplete && input.more()) taken = strings.resume(defaultMapping);
      return taken;
    });
    assert.ok(values.pop() === value, head);
    assert.ok(values.every((taken) => taken === incomplete));
    assert.equal(strings.isOpen, false);
  }
});
