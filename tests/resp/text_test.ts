import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { decodeText, TextWindow } from "../../lib/resp/text.ts";
import { toBytes } from "./support.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of which about one in `rarity` is not ASCII. */
function randomBytes(length: number, rarity: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = (seed >>> 8) % rarity === 0 ? seed >>> 24 : 32 + ((seed >>> 16) % 95);
  }
  return bytes;
}

test("28, G24: text cut out of the window is what decoding it alone would give", () => {
  for (let seed = 1; seed < 40; seed++) {
    for (const rarity of [3, 50, 1e9]) {
      // Values end with a line end, as on the wire; that keeps a cut character from joining what follows.
      const bytes = randomBytes(3000, rarity, seed);
      for (let at = 17; at < bytes.length - 2; at += 19) bytes.set([13, 10], at);
      const window = new TextWindow(decodeText);
      for (let from = 0; from + 19 < bytes.length; from += 19) {
        for (const length of [17, 0, 1, 11, 12, 13]) {
          const cut = bytes.subarray(from + 17 - length, from + 17);
          const text = window.read(bytes, from + 17 - length, from + 17, bytes.length);
          // A value never begins inside a character, so only what a window could be asked for is compared.
          if (length === 17 || rarity === 1e9) assert.equal(text, utf8.decode(cut));
        }
      }
    }
  }
});

test("the window never reads beyond the end of the bytes, and forgets when told to", () => {
  const buffer = toBytes("abc\r\nold bytes that are gone");
  const window = new TextWindow((bytes, from, to) => {
    assert.ok(to <= 5);
    return decodeText(bytes, from, to);
  });
  assert.equal(window.read(buffer, 0, 3, 5), "abc");
  buffer[0] = 120;
  assert.equal(window.read(buffer, 0, 3, 5), "abc");
  window.reset();
  assert.equal(window.read(buffer, 0, 3, 5), "xbc");
});

/** How often the decoder is called for strings of `length` bytes that are `step` bytes apart. */
function countCalls(length: number, step: number): number {
  let calls = 0;
  const window = new TextWindow((bytes, from, to) => {
    calls++;
    return decodeText(bytes, from, to);
  });
  const buffer = toBytes("0123456789".repeat(2000));
  for (let from = 0; from + length <= buffer.length; from += step) {
    assert.equal(window.read(buffer, from, from + length, buffer.length), decodeText(buffer, from, from + length));
  }
  return calls;
}

test("one call of the decoder serves many short strings that follow each other", () => {
  assert.ok(countCalls(10, 10) <= 13);
  assert.ok(countCalls(24, 30) <= 13);
});

test("long strings, and short ones with much between them, have a call each", () => {
  assert.equal(countCalls(25, 25), 20_000 / 25);
  assert.equal(countCalls(10, 600), 34);
});

test("28: a byte order mark is a character", () => {
  const bytes = toBytes("\uFEFFa");
  assert.equal(decodeText(bytes, 0, bytes.length), "\uFEFFa");
});

test("G24: a runtime's own decoder may take the place of TextDecoder: they agree on any bytes", () => {
  const { utf8Slice } = Buffer.prototype as unknown as {
    utf8Slice(this: Uint8Array, from: number, to: number): string;
  };
  for (let seed = 1; seed < 200; seed++) {
    for (const rarity of [1, 2, 5, 40]) {
      const bytes = randomBytes(1 + (seed % 60), rarity, seed);
      assert.equal(utf8Slice.call(bytes, 0, bytes.length), decodeText(bytes, 0, bytes.length), bytes.join());
    }
  }
  const bytes = toBytes("\uFEFFa");
  assert.equal(utf8Slice.call(bytes, 0, bytes.length), "\uFEFFa");
});
