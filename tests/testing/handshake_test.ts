import { test } from "node:test";
import assert from "node:assert/strict";
import { Decoder } from "../../lib/resp/decoder.ts";
import { AuthError, ReplyError } from "../../lib/errors.ts";
import { type HandshakeOptions, handshakeReply } from "../../lib/testing/handshake.ts";

function read(args: string[], options?: HandshakeOptions): unknown {
  const reply = handshakeReply(args, options);
  assert.ok(reply !== undefined);
  const decoder = new Decoder();
  decoder.feed(new TextEncoder().encode(reply));
  const value = decoder.read();
  assert.ok(decoder.isEmpty);
  return value;
}

test("HELLO 3 answers a map and HELLO 2 an array", () => {
  const map = read(["HELLO", "3"], { id: 7 }) as Record<string, unknown>;
  assert.equal(map.proto, 3);
  assert.equal(map.id, 7);
  assert.equal(map.version, "7.0.15");
  const array = read(["hello", "2"]) as unknown[];
  assert.deepEqual(array.slice(0, 2), ["server", "redis"]);
  assert.equal(array.length, 14);
});

test("HELLO of another version is refused", () => {
  assert.equal((read(["HELLO", "4"]) as ReplyError).code, "NOPROTO");
});

test("a server without RESP3 does not know HELLO", () => {
  const error = read(["HELLO", "3"], { protocol: 2 });
  assert.ok(error instanceof ReplyError);
  assert.equal(error.code, "ERR");
});

test("the password is checked by AUTH and by HELLO", () => {
  const options = { password: "secret" };
  assert.ok(read(["HELLO", "3"], options) instanceof AuthError);
  assert.ok(read(["HELLO", "3", "AUTH", "default", "wrong"], options) instanceof AuthError);
  assert.equal(
    (read(["HELLO", "3", "AUTH", "default", "secret", "SETNAME", "n"], options) as { proto: number }).proto,
    3,
  );
  assert.equal(read(["AUTH", "secret"], options), "OK");
  assert.equal(read(["AUTH", "default", "secret"], options), "OK");
  assert.equal((read(["AUTH", "wrong"], options) as ReplyError).code, "WRONGPASS");
});

test("SELECT and the client commands of a handshake are answered", () => {
  assert.equal(read(["SELECT", "3"]), "OK");
  assert.equal(read(["CLIENT", "SETNAME", "n"]), "OK");
  assert.equal(read(["client", "setinfo", "LIB-NAME", "n"]), "OK");
  assert.equal(read(["CLIENT", "ID"], { id: 9 }), 9);
});

test("other commands are no part of a handshake", () => {
  for (const args of [["GET", "k"], ["CLIENT", "LIST"], ["CLIENT"], []]) assert.equal(handshakeReply(args), undefined);
});
