/**
 * Runs one piece of RESP through the decoder in every way it can be cut, and demands the same outcome of all of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { RedisError, ReplyError } from "../../lib/errors.ts";
import { Decoder, type DecoderOptions, incomplete, type ReplyKind } from "../../lib/resp/decoder.ts";
import { type ReplyOptions, toMapping } from "../../lib/resp/mapping.ts";

/** What the tests set besides the bytes. */
export interface Setup extends DecoderOptions {
  /** How values are returned. */
  replies?: ReplyOptions;
}

/** All that came of some bytes. */
export interface Outcome {
  /** Kind and value of each reply, in order; errors as plain objects. */
  values: [ReplyKind, unknown][];
  /** What ended the stream. */
  error?: { code: string; offset: number | undefined; byte: number | undefined };
  /** Whether every byte belonged to one of the values. */
  isEmpty: boolean;
}

const encoder = new TextEncoder();

/** Text as bytes; bytes as they are. */
export function toBytes(input: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof input === "string" ? encoder.encode(input) : input);
}

/** The parts one after the other. */
export function join(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const all = parts.map(toBytes);
  const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Errors as plain objects, at any depth, so that values compare by what matters. */
export function plain(value: unknown): unknown {
  if (value instanceof ReplyError) return { error: value.code, message: value.message };
  if (value instanceof RedisError) return { error: value.code };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  // `fromEntries` defines properties, so a key `__proto__` stays one.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** A value as text that tells apart all that differs, and compares faster than the value itself. */
export function spell(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof RedisError) return `${value.name}(${value.code}, ${spell(value.message)})`;
  if (value instanceof Uint8Array) return `bytes(${value.join()})`;
  if (Array.isArray(value)) return `[${value.map(spell).join()}]`;
  if (value instanceof Map) return `Map(${[...value].map(([key, item]) => `${spell(key)}:${spell(item)}`).join()})`;
  if (value instanceof Set) return `Set(${[...value].map(spell).join()})`;
  return `{${Object.entries(value).map(([key, item]) => `${spell(key)}:${spell(item)}`).join()}}`;
}

/** Decodes the chunks. Each is overwritten as soon as the decoder must be done with it. */
export function decode(chunks: readonly Uint8Array[], setup: Setup = {}): Outcome {
  const decoder = new Decoder(setup);
  const mapping = toMapping(setup.replies);
  const outcome: Outcome = { values: [], isEmpty: false };
  try {
    for (const bytes of chunks) {
      const chunk = new Uint8Array(bytes);
      decoder.feed(chunk);
      for (let value = decoder.read(mapping); value !== incomplete; value = decoder.read(mapping)) {
        outcome.values.push([decoder.kind, plain(value)]);
      }
      chunk.fill(0xaa);
    }
  } catch (error) {
    const { code, offset, byte } = error as { code: string; offset?: number; byte?: number };
    if (code === undefined) throw error;
    outcome.error = { code, offset, byte };
    assert.throws(
      () => decoder.read(mapping),
      (again) => again === error,
      "a failed stream stays failed",
    );
    assert.throws(
      () => decoder.feed(encoder.encode("+OK\r\n")),
      (again) => again === error,
    );
  }
  outcome.isEmpty = decoder.isEmpty;
  return outcome;
}

/** Pieces of `size` bytes. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** Ways to cut the bytes: whole, byte by byte, in threes, and in two at every place. */
export function* cuts(bytes: Uint8Array): Generator<{ name: string; chunks: Uint8Array[] }> {
  yield { name: "whole", chunks: [bytes] };
  yield { name: "byte by byte", chunks: cut(bytes, 1) };
  yield { name: "in threes", chunks: cut(bytes, 3) };
  yield { name: "with empty chunks", chunks: [bytes.subarray(0, 0), bytes, bytes.subarray(0, 0)] };
  for (let at = 1; at < bytes.length; at++) {
    yield { name: `split at ${at}`, chunks: [bytes.subarray(0, at), bytes.subarray(at)] };
  }
}

/** Demands one outcome whatever the cut. Returns it. */
export function decodeEveryWay(input: string | Uint8Array, setup: Setup = {}): Outcome {
  const bytes = toBytes(input);
  let first: Outcome | undefined;
  for (const { name, chunks } of cuts(bytes)) {
    const outcome = decode(chunks, setup);
    if (first === undefined) first = outcome;
    else assert.deepStrictEqual(outcome, first, name);
  }
  return first!;
}

/** Demands that the bytes are exactly one value, cut in every way, alone, glued to another reply and twice in a row. */
export function reads(input: string | Uint8Array, value: unknown, setup: Setup = {}, kind: ReplyKind = "reply"): void {
  const bytes = toBytes(input);
  const expected = plain(value);
  assert.deepStrictEqual(decodeEveryWay(bytes, setup), { values: [[kind, expected]], isEmpty: true });
  assert.deepStrictEqual(decodeEveryWay(join(bytes, "+next\r\n"), { ...setup, replies: texts(setup) }).values[1], [
    "reply",
    "next",
  ]);
  assert.deepStrictEqual(decodeEveryWay(join(bytes, bytes), setup).values, [
    [kind, expected],
    [kind, expected],
  ]);
  for (let length = 0; length < bytes.length; length++) {
    const { values, error, isEmpty } = decode([bytes.subarray(0, length)], setup);
    assert.deepStrictEqual({ values, error }, { values: [], error: undefined }, `a prefix of ${length} bytes`);
    assert.equal(isEmpty, length === 0, `a prefix of ${length} bytes`);
  }
}

function texts(setup: Setup): ReplyOptions {
  return { ...setup.replies, strings: "utf8" };
}

/** As `reads`, for the types that both protocols have. */
export function readsInBoth(input: string | Uint8Array, value: unknown, setup: Setup = {}, kind?: ReplyKind): void {
  reads(input, value, { ...setup, protocol: 2 }, kind);
  reads(input, value, { ...setup, protocol: 3 }, kind);
}

/** A place in a stream: the offset of the offending byte, and the byte when one is to blame. */
export type Place = [offset: number, byte?: number | string];

/** Demands that the bytes end the stream with this code at this place, cut in every way, first and after a good reply. */
export function refuses(input: string | Uint8Array, code: string, [offset, byte]: Place, setup: Setup = {}): void {
  const bytes = toBytes(input);
  const expected = typeof byte === "string" ? byte.charCodeAt(0) : byte;
  assert.deepStrictEqual(decodeEveryWay(bytes, setup).error, { code, offset, byte: expected });
  const later = decodeEveryWay(join("+OK\r\n", bytes, "+never\r\n"), setup);
  assert.deepStrictEqual(later.values, [["reply", setup.replies?.strings === "bytes" ? toBytes("OK") : "OK"]]);
  assert.deepStrictEqual(later.error, { code, offset: offset + 5, byte: expected });
}

/** As `refuses`, under both protocols. */
export function refusesInBoth(input: string | Uint8Array, code: string, place: Place, setup: Setup = {}): void {
  refuses(input, code, place, { ...setup, protocol: 2 });
  refuses(input, code, place, { ...setup, protocol: 3 });
}
