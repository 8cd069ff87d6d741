import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError, ReplyError } from "../../lib/errors.ts";
import { toReplyError } from "../../lib/resp/error_reply.ts";

test("42: the first word is the code, the whole line the message", () => {
  for (
    const [text, code] of [
      ["ERR unknown command", "ERR"],
      ["WRONGTYPE", "WRONGTYPE"],
      ["MOVED 1 a:1", "MOVED"],
    ]
  ) {
    const error = toReplyError(text!);
    assert.ok(error instanceof ReplyError && !(error instanceof AuthError));
    assert.deepStrictEqual([error.code, error.message], [code, text]);
  }
});

test("an error without words has the code ERR", () => {
  assert.equal(toReplyError("").code, "ERR");
  assert.equal(toReplyError(" starts with a space").code, "ERR");
});

test("what is about credentials is an AuthError", () => {
  for (const code of ["WRONGPASS", "NOAUTH", "NOPERM"]) {
    assert.ok(toReplyError(`${code} some reason`) instanceof AuthError);
  }
});

test("the server refused it, so it did not run", () => {
  const { phase, sent, maybeExecuted } = toReplyError("ERR a");
  assert.deepStrictEqual({ phase, sent, maybeExecuted }, { phase: "reply", sent: true, maybeExecuted: false });
});

test("the tail in which servers echo arguments is cut", () => {
  for (const tail of [", with", " with", "with"]) {
    const { message } = toReplyError(`ERR unknown command 'FOO'${tail} args beginning with: 'secret'\n 'more' `);
    assert.equal(message, "ERR unknown command 'FOO'");
  }
  assert.equal(toReplyError("with args beginning with: 'secret'").message, "");
});

test("control characters are escaped and long texts cut", () => {
  assert.equal(toReplyError("ERR a\x00b\nc\x7fd\te").message, "ERR a\\x00b\\x0ac\\x7fd\\x09e");
  assert.equal(toReplyError("ERR " + "é".repeat(1000)).message, "ERR " + "é".repeat(252) + "…");
  assert.ok(toReplyError("X".repeat(100_000)).code.length <= 65);
});
