import { test } from "node:test";
import assert from "node:assert/strict";
import * as errors from "../../../lib/testing/memory/command_error.ts";

test("every error begins with the code that Redis gives it", () => {
  const messages = [
    errors.syntaxError(),
    errors.wrongType(),
    errors.notInteger(),
    errors.notFloat(),
    errors.notPositive(),
    errors.wrongArity("get"),
  ].map((error) => {
    assert.ok(error instanceof errors.CommandError);
    return error.message;
  });
  assert.deepEqual(messages.map((message) => message.split(" ")[0]), ["ERR", "WRONGTYPE", "ERR", "ERR", "ERR", "ERR"]);
  assert.equal(messages[5], "ERR wrong number of arguments for 'get' command");
});
