import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteParts } from "../../lib/resp/byte_parts.ts";
import { holdsAtMost, megabyte } from "./memory.ts";
import { cut } from "./support.ts";

function content(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * 7);
}

test("34: bytes come out whole, in a buffer of their exact size", () => {
  for (const length of [0, 1, 5000, 65_536, megabyte - 1, megabyte, megabyte + 1, 2 * megabyte + 5]) {
    const bytes = content(length);
    const parts = new ByteParts();
    for (const chunk of cut(bytes, 65_536)) parts.add(chunk, 0, chunk.length, length - parts.length);
    const whole = parts.end();
    assert.equal(whole.buffer.byteLength, length);
    assert.ok(whole.every((byte, i) => byte === bytes[i]));
  }
});

test("46: parts whose total nobody announced come out whole too", () => {
  for (const size of [1, 100, 5000]) {
    const bytes = content(20_000);
    const parts = new ByteParts();
    for (const chunk of cut(bytes, size)) parts.add(chunk, 0, chunk.length, chunk.length);
    assert.deepStrictEqual(parts.end(), bytes);
  }
});

test("24: what is collected is a copy", () => {
  const bytes = content(100);
  const parts = new ByteParts();
  parts.add(bytes, 10, 20, 10);
  bytes.fill(0);
  assert.deepStrictEqual(parts.end(), content(100).slice(10, 20));
});

test("M04: what was announced and has not come takes at most 1 MiB", () => {
  holdsAtMost(megabyte + 10_000, () => {
    const parts = new ByteParts();
    parts.add(content(100), 0, 100, 500 * megabyte);
    return parts;
  });
});

test("M01: many tiny parts take little more than their bytes", () => {
  const byte = Uint8Array.of(7);
  const count = 200_000;
  holdsAtMost(2 * count + 20_000, () => {
    const parts = new ByteParts();
    for (let i = 0; i < count; i++) parts.add(byte, 0, 1, 1);
    return parts;
  });
});
