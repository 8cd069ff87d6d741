import assert from "node:assert/strict";
import { test } from "node:test";
import { incomplete, Scalars } from "../../lib/resp/scalars.ts";
import { decodeText } from "../../lib/resp/text.ts";
import { toBytes } from "./support.ts";

function scan(text: string): Scalars {
  const scalars = new Scalars(0, decodeText);
  scalars.feed(toBytes(text));
  return scalars;
}

/** Calls with the text and with each of its prefixes, which must be left alone. */
function takes<T>(text: string, call: (scalars: Scalars) => T, value: T, nothing: unknown): void {
  const whole = scan(text + "+more");
  assert.deepStrictEqual([call(whole), whole.position], [value, text.length], text);
  for (let end = 1; end < text.length; end++) {
    const part = scan(text.slice(0, end));
    assert.deepStrictEqual([call(part), part.position], [nothing, 0], text.slice(0, end));
  }
}

test("the short ways take what is all there and nothing else", () => {
  takes("$0\r\n\r\n", (scalars) => scalars.shortText(), "", undefined);
  takes("$3\r\nabc\r\n", (scalars) => scalars.shortText(), "abc", undefined);
  takes(`$1234\r\n${"x".repeat(1234)}\r\n`, (scalars) => scalars.shortText(), "x".repeat(1234), undefined);
  takes("+OK\r\n", (scalars) => scalars.shortLine(), "OK", undefined);
  takes("+\r\n", (scalars) => scalars.shortLine(), "", undefined);
  takes(`+${"y".repeat(64)}\r\n`, (scalars) => scalars.shortLine(), "y".repeat(64), undefined);
  takes(":0\r\n", (scalars) => scalars.shortInteger(), 0, undefined);
  takes(":-0\r\n", (scalars) => scalars.shortInteger(), 0, undefined);
  takes(":-123456789012345\r\n", (scalars) => scalars.shortInteger(), -123456789012345, undefined);
});

test("what is long, odd or wrong is left to the long ways", () => {
  const others = [
    "$12345\r\nx",
    "$-1\r\n",
    "$?\r\n",
    "$3\r\nabcXX",
    "$3\r\nab\r\nc",
    "$3x\r\nabc\r\n",
    "$\r\n",
    ":1\r\n",
    "$3\nabc\r\n\n",
  ];
  for (const text of others) assert.equal(scan(text).shortText(), undefined, text);
  for (const text of ["+OK\n\n", "+OK\rX", `+${"y".repeat(65)}\r\n`, "+a\nb\r\n"]) {
    assert.equal(scan(text).shortLine(), undefined, text);
  }
  for (const text of [":\r\n", ":-\r\n", ":+1\r\n", ":1234567890123456\r\n", ":1x\r\n", ":1\nX", ":1\rX"]) {
    assert.equal(scan(text).shortInteger(), undefined, text);
  }
});

test("bytes of long ago behind the end are no value", () => {
  for (
    const [old, text] of [
      ["$3\r\nabc\r\n", "$3\r\na"],
      ["+OK\r\n", "+O"],
      [":12\r\n", ":1"],
      [":12\r\n", ":12\r"],
    ]
  ) {
    const scalars = scan(`+1234567\r\n${old}`);
    scalars.keep();
    scalars.position = 10;
    scalars.keep();
    scalars.position = scalars.end;
    scalars.more();
    scalars.feed(toBytes(text!.slice(0, 1)));
    scalars.keep();
    scalars.feed(toBytes(text!.slice(1)));
    const take = { $: "shortText", "+": "shortLine", ":": "shortInteger" } as const;
    assert.equal(scalars[take[text![0] as "$" | "+" | ":"]](), undefined, text);
  }
});

test("13, 14, 19, 20: the scalars of RESP3", () => {
  takes("_\r\n", (scalars) => scalars.null(), null, incomplete);
  takes("#t\r\n", (scalars) => scalars.boolean(), true, incomplete);
  takes("#f\r\n", (scalars) => scalars.boolean(), false, incomplete);
  takes(",1.5\r\n", (scalars) => scalars.double("number"), 1.5, incomplete);
  takes("(123\r\n", (scalars) => scalars.bigNumber("bigint", 10), 123n, incomplete);
  takes(":9223372036854775807\r\n", (scalars) => scalars.integer("auto"), 9223372036854775807n, incomplete);
});
