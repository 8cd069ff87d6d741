import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "../../lib/errors.ts";
import { badMapKey, hookThrew, textTooLong } from "../../lib/resp/undeliverable.ts";

test("each reason has its code and says what would help; the command may have run", () => {
  const cause = new Error("mine");
  const cases: [DecodeError, string, RegExp][] = [
    [badMapKey(), "BAD_MAP_KEY", /replies: \{ map: "map" \}/],
    [textTooLong(7), "DECODE_STRING_TOO_LONG", /7 bytes.*replies: \{ strings: "bytes" \}/],
    [hookThrew(cause), "DECODE_TRANSFORM", /onAttribute/],
  ];
  for (const [error, code, message] of cases) {
    assert.ok(error instanceof DecodeError);
    assert.deepEqual([error.code, error.phase, error.sent, error.maybeExecuted], [code, "reply", true, true]);
    assert.match(error.message, message);
  }
  assert.equal(hookThrew(cause).cause, cause);
});
