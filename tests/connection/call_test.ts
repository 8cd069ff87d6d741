import { test } from "node:test";
import assert from "node:assert/strict";
import {
  capture,
  captured,
  MappedCall,
  ownCall,
  type ReplySource,
  skipped,
  tombstone,
} from "../../lib/connection/call.ts";
import { RedisError } from "../../lib/errors.ts";
import { Encoder } from "../../lib/resp/encoder.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";

const source: ReplySource = { protocol: 3, mapping: defaultMapping, endpoint: "h:1" };
const error = new RedisError("X", "x");

function fails(): never {
  assert.fail("nobody must be settled");
}

test("the captured resolvers settle the promise that was just made", async () => {
  const promise = new Promise<unknown>(capture);
  const { resolve } = captured;
  const other = new Promise<unknown>(capture);
  captured.reject(error);
  resolve("v");
  assert.equal(await promise, "v");
  await assert.rejects(other, error);
});

test("a tombstone takes one reply and tells nobody", () => {
  assert.equal(tombstone.reply("v", false, [], fails, fails, source), true);
  assert.equal(tombstone.reply(error, true, [], fails, fails, source), true);
  assert.equal(tombstone.fail(error, fails), tombstone);
  assert.equal(tombstone.hasDeadline, true, "nobody is left to be told that it is late");
});

test("neither a tombstone nor a skipped place is ever sent", () => {
  const encoder = new Encoder();
  for (const call of [tombstone, skipped]) assert.equal(call.encode(encoder, ["GET", "k"]), false);
  assert.equal(encoder.length, 0);
  assert.equal(skipped.fail(error, fails), skipped);
});

test("a mapped call sends its command and settles its caller", () => {
  const mapping = { ...defaultMapping, strings: "bytes" } as const;
  const call = new MappedCall(mapping);
  assert.equal(call.mapping, mapping);
  assert.equal(call.hasDeadline, false);
  const encoder = new Encoder();
  assert.equal(call.encode(encoder, ["PING"]), true);
  assert.equal(new TextDecoder().decode(takeBytes(encoder)), "*1\r\n$4\r\nPING\r\n");
  const settled: unknown[] = [];
  const note = (value: unknown) => void settled.push(value);
  assert.equal(call.reply("v", false, [], note, fails, source), true);
  assert.equal(call.reply(error, true, [], fails, note, source), true);
  assert.equal(call.fail(error, note), tombstone);
  assert.deepEqual(settled, ["v", error, error]);
});

test("the library's own commands are answered in one way, whatever the user chose", () => {
  assert.equal(ownCall.mapping, defaultMapping);
});

/** What was appended, as bytes of their own. */
function takeBytes(encoder: Encoder): Uint8Array {
  const bytes = encoder.bytes.slice(0, encoder.length);
  encoder.rewind(0);
  return bytes;
}
