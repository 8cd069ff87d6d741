import assert from "node:assert/strict";
import { freemem } from "node:os";
import { test } from "node:test";
import type { DecodeError } from "../../lib/errors.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { defaultMapping, type Mapping } from "../../lib/resp/mapping.ts";
import { type DecodeText, decodeText } from "../../lib/resp/text.ts";
import { TextParts } from "../../lib/resp/text_parts.ts";
import { cut, join, toBytes } from "./support.ts";

/** As a runtime decodes whose long texts are better made at once. */
const decodeAtOnce: DecodeText = Object.assign((...bytes: Parameters<DecodeText>) => decodeText(...bytes), {
  longestInPieces: 5000,
});
const ways = [["in pieces", decodeText], ["at once", decodeAtOnce]] as const;

/** Adds chunks of one text. */
function addAll(parts: TextParts, ...chunks: Uint8Array[]): void {
  let left = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  for (const chunk of chunks) {
    parts.add(chunk, 0, chunk.length, left);
    left -= chunk.length;
  }
}

// The first test of this file, because the memory of earlier strings is used again.
test("text that is better made at once is, up to 8 MB of it, and has little more memory than its bytes need", () => {
  const calls: [bytes: number, memory: number][] = [];
  const decode = Object.assign((bytes: Uint8Array, from: number, to: number) => {
    calls.push([to - from, bytes.length]);
    return "";
  }, { longestInPieces: 100_000 });
  const parts = new TextParts(decode);
  const sizes = [100_001, 1_048_576, 5_242_880, 8_388_608];
  for (const size of sizes) {
    addAll(parts, ...cut(new Uint8Array(size), 65_536));
    parts.end();
  }
  assert.deepEqual(calls.map(([bytes]) => bytes), sizes);
  for (const [bytes, memory] of calls) assert.ok(memory <= bytes + 524_288, `${memory} for ${bytes}`);

  calls.length = 0;
  addAll(parts, ...cut(new Uint8Array(8_388_609), 65_536));
  parts.end();
  addAll(parts, ...cut(new Uint8Array(100_000), 65_536));
  parts.end();
  assert.deepEqual(calls.map(([bytes]) => bytes), [8_388_608, 1, 65_536, 34_464]);
});

for (const [way, decode] of ways) {
  test(`28: text comes out whole however its bytes were cut, and invalid bytes as if it had not been cut, ${way}`, () => {
    const parts = new TextParts(decode);
    const content = join(
      "日😀é".repeat(3000),
      Uint8Array.of(0xff, 0xe2, 0x82),
      "a".repeat(9000),
      Uint8Array.of(0xf0, 0x9f),
    );
    const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
    for (const size of [1, 7, 1000, 8191, 8193, 16_384, 20_000, content.length]) {
      addAll(parts, ...cut(content, size));
      assert.equal(parts.length, content.length);
      assert.ok(parts.end() === expected, `in pieces of ${size}`);
      assert.equal(parts.length, 0);
    }
  });

  test(`28: long text comes out whole, and a character that is cut anywhere in it too, ${way}`, () => {
    const parts = new TextParts(decode);
    for (const shift of ["", "a", "ab", "abc"]) {
      const text = shift + "日😀é".repeat(1_000_000);
      const content = toBytes(text);
      for (const size of [65_536, 1_048_576, content.length]) {
        addAll(parts, ...cut(content, size));
        assert.ok(parts.end() === text, `in pieces of ${size}`);
      }
    }
  });
}

test("28: bytes that are cut between two pieces are decoded as if they were not, whatever they are", () => {
  const kinds = [0x61, 0x80, 0xc3, 0xe2, 0xf0, 0xff];
  const count = 5;
  const piece = 16_384;
  const parts = new TextParts(decodeText);
  const content = new Uint8Array(2 * piece).fill(0x62);
  for (let n = 0; n < kinds.length ** count; n++) {
    const odd = Array.from({ length: count }, (_, i) => kinds[Math.floor(n / kinds.length ** i) % kinds.length]!);
    content.set(odd, piece);
    const expected = decodeText(content, piece, piece + count + 1);
    // Long pieces on both sides, and a short one that waits in between.
    for (const cuts of [[piece + 2], [piece + 2, piece + 3], [piece + 4, piece + 5]]) {
      let from = 0;
      for (const to of [...cuts, content.length]) parts.add(content, from, from = to, 0);
      const text = parts.end()!;
      assert.ok(
        text.startsWith(expected, piece) && text.length === piece + expected.length - 1 + piece - count,
        `${odd}`,
      );
    }
  }
});

test("strings that come in at the same time do not share memory", () => {
  const [one, other] = [new TextParts(decodeText), new TextParts(decodeText)];
  for (let i = 0; i < 3; i++) {
    for (const [parts, letter] of [[one, "a"], [other, "b"]] as const) {
      const bytes = toBytes(letter.repeat(10_000));
      parts.add(bytes, 0, bytes.length, bytes.length);
    }
  }
  assert.ok(one.end() === "a".repeat(30_000));
  const third = new TextParts(decodeText);
  addAll(third, toBytes("c".repeat(7000)));
  assert.ok(other.end() === "b".repeat(30_000));
  assert.ok(third.end() === "c".repeat(7000));
});

test("a part of a buffer is taken, no more", () => {
  const parts = new TextParts(decodeText);
  const buffer = toBytes("..abc..");
  parts.add(buffer, 2, 4, 3);
  parts.add(buffer, 4, 5, 1);
  buffer.fill(0);
  assert.equal(parts.end(), "abc");
});

test("28: a byte order mark at the start is kept, in every string", () => {
  const parts = new TextParts(decodeText);
  for (let i = 0; i < 3; i++) {
    addAll(parts, toBytes("\uFEFFa"));
    assert.equal(parts.end(), "\uFEFFa");
  }
});

const skip = "Bun" in globalThis
  ? "JavaScriptCore's strings are longer than any bulk string"
  : freemem() < 3e9 && "needs 3 GB of memory";
for (const [way, decode] of ways) {
  test(`M05: a text that is longer than strings can be is none, and the next one is fine, ${way}`, { skip }, () => {
    const parts = new TextParts(decode);
    const chunk = new Uint8Array(1_048_576).fill(97);
    addAll(parts, ...Array.from({ length: 512 }, () => chunk));
    assert.equal(parts.length, 2 ** 29);
    assert.equal(parts.end(), undefined);
    addAll(parts, toBytes("abc"));
    assert.equal(parts.end(), "abc");
  });
}

test("M05: a reply that is longer than strings can be is refused alone, and is there as bytes", { skip }, () => {
  const chunk = new Uint8Array(1_048_576).fill(97);
  const decoder = new Decoder();
  const read = (mapping: Mapping) => {
    decoder.feed(toBytes("$536870912\r\n"));
    for (let i = 0; i < 512; i++) {
      assert.equal(decoder.read(mapping), incomplete);
      decoder.feed(chunk);
    }
    decoder.feed(toBytes("\r\n+next\r\n"));
    return decoder.read(mapping);
  };
  assert.equal((read(defaultMapping) as DecodeError).code, "DECODE_STRING_TOO_LONG");
  assert.equal(decoder.kind, "error");
  assert.equal(decoder.read(), "next");
  assert.equal((read({ ...defaultMapping, strings: "bytes" }) as Uint8Array).length, 2 ** 29);
  assert.equal(decoder.read(), "next");
});
