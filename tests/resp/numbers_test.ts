import assert from "node:assert/strict";
import { test } from "node:test";
import { findBadDouble, findBadInteger, toBigInt, toDouble, toInteger } from "../../lib/resp/numbers.ts";
import { toBytes } from "./support.ts";

/** Calls with the text as the content of a line in the middle of other bytes. */
function inLine<T>(text: string, call: (bytes: Uint8Array, from: number, to: number) => T): T {
  return call(toBytes(`9.9${text}\r\n9`), 3, 3 + text.length);
}

/** Every text of up to `longest` of the characters. */
function texts(alphabet: string, longest = 5): string[] {
  const all = [""];
  // The list grows while it is read, so that each text is made longer once.
  for (const text of all) if (text.length < longest) all.push(...[...alphabet].map((character) => text + character));
  return all;
}

test("12, 44, G09: doubles are told from everything else, and the first byte that is wrong is found", () => {
  const grammar = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  for (const text of texts("1.e-x")) {
    const bad = inLine(text, findBadDouble);
    assert.equal(bad < 0, grammar.test(text), text);
    // What comes before the place could still have become a double, and with the byte there it could not.
    if (bad >= 0) {
      const place = bad - 3;
      const start = text.slice(0, place);
      assert.ok(
        ["", "1", "e1", ".1", "1e1"].some((end) => grammar.test(start + end)),
        `${text} at ${place}`,
      );
      if (place < text.length) {
        const through = text.slice(0, place + 1);
        assert.ok(!["", "1", "e1", ".1", "1e1"].some((end) => grammar.test(through + end)), `${text} at ${place}`);
      }
    }
  }
});

test("10: infinities and not-a-number in any case", () => {
  for (const text of ["inf", "INF", "Inf", "+inf", "-inf", "nan", "NaN", "-nan"]) {
    assert.equal(inLine(text, findBadDouble), -1, text);
  }
  assert.equal(inLine("INF", toDouble), Infinity);
  assert.equal(inLine("-Inf", toDouble), -Infinity);
  assert.ok(Number.isNaN(inLine("-NaN", toDouble)));
  for (
    const [text, place] of [
      ["infinity", 3],
      ["in", 2],
      ["nano", 3],
      ["i", 1],
      ["--inf", 1],
      ["1inf", 1],
    ] as const
  ) {
    assert.equal(inLine(text, findBadDouble), 3 + place, text);
  }
});

test("11: doubles are the number that JavaScript reads, bit for bit", () => {
  const view = new DataView(new ArrayBuffer(8));
  let seed = 42;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
  const numbers: string[] = [
    "-0",
    "0",
    "-0.0",
    "0.1",
    "123456.789",
    "9007199254740992",
    "9007199254740993.5",
    "1.",
    ".5",
  ];
  for (let i = 0; i < 3000; i++) {
    view.setUint32(0, random());
    view.setUint32(4, random());
    const number = view.getFloat64(0);
    if (Number.isFinite(number)) numbers.push(String(number), number.toFixed(3).slice(0, 300), number.toExponential(5));
    numbers.push(`${random()}.${random()}`, `${random() % 1000}.${String(random()).repeat(3)}`, String(random() / 1e5));
  }
  for (const text of numbers) {
    assert.equal(inLine(text, findBadDouble), -1, text);
    assert.ok(Object.is(inLine(text, toDouble), Number(text)), text);
  }
});

test("G02, G10: integers are told from everything else", () => {
  for (const text of texts("1-+x", 4)) {
    const bad = inLine(text, findBadInteger);
    assert.equal(bad < 0, /^[+-]?\d+$/.test(text), text);
    if (bad >= 0) assert.match(text.slice(0, bad - 3), /^[+-]?\d*$/);
  }
});

test("3: integers beyond 64 bits are none", () => {
  assert.equal(toInteger("9223372036854775808", "auto"), undefined);
  assert.equal(toInteger("-9223372036854775809", "bigint"), undefined);
  assert.equal(toInteger("+9223372036854775807", "string"), "9223372036854775807");
  assert.equal(toInteger("9007199254740993", "number"), 9007199254740992);
});

test("19: a plus sign is no part of a bigint's text", () => {
  assert.equal(toBigInt("+12"), 12n);
  assert.equal(toBigInt("-12"), -12n);
});
