import assert from "node:assert/strict";
import { test } from "node:test";
import type { BatchCommand } from "../../lib/client/batch_call.ts";
import { finishTransaction, inTransaction } from "../../lib/client/transaction.ts";
import type { ReplySource } from "../../lib/connection/call.ts";
import { DecodeError, ExecAbortError, ReplyError } from "../../lib/errors.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";

const resp3: ReplySource = { protocol: 3, mapping: defaultMapping, endpoint: "h:1" };
const resp2: ReplySource = { ...resp3, protocol: 2 };
const upper = (reply: unknown) => String(reply).toUpperCase();
const commands: BatchCommand[] = [
  { args: ["SET", "a", "1"], shape: undefined },
  { args: ["GET", "a"], shape: upper },
];
const error = (code: string, command?: string) => new ReplyError(code, `${code} no`, { command, sent: true });

test("the commands go between MULTI and EXEC, and only QUEUED is expected of each", () => {
  assert.deepEqual(inTransaction(commands), [
    { args: ["MULTI"], shape: undefined },
    { args: ["SET", "a", "1"], shape: undefined },
    { args: ["GET", "a"], shape: undefined },
    { args: ["EXEC"], shape: undefined },
  ]);
});

test("the replies are those of EXEC, reshaped under RESP2", () => {
  const results = ["OK", "QUEUED", "QUEUED", ["OK", "b"]];
  assert.deepEqual(finishTransaction(commands, results, resp3), ["OK", "b"]);
  assert.deepEqual(finishTransaction(commands, results, resp2), ["OK", "B"]);
});

test("null when a watched key has changed", () => {
  assert.equal(finishTransaction(commands, ["OK", "QUEUED", "QUEUED", null], resp3), null);
});

test("the error of a command that ran is a value, and knows which command it answers", () => {
  const wrong = error("WRONGTYPE");
  assert.deepEqual(finishTransaction(commands, ["OK", "QUEUED", "QUEUED", ["OK", wrong]], resp2), ["OK", wrong]);
  assert.deepEqual([wrong.command, wrong.endpoint], ["GET", "h:1"]);
});

test("S15: a refused command aborts all; the causes tell which and why", () => {
  const cause = error("ERR", "GET");
  assert.throws(
    () => finishTransaction(commands, ["OK", "QUEUED", cause, error("EXECABORT", "EXEC")], resp3),
    (thrown) => {
      assert.ok(thrown instanceof ExecAbortError);
      assert.deepEqual([thrown.code, thrown.causes, thrown.maybeExecuted], ["EXECABORT", [cause], false]);
      assert.match(thrown.message, /GET: ERR/);
      return true;
    },
  );
});

test("when MULTI itself was refused its commands ran one by one, and that is not hidden", () => {
  const refused = error("NOPERM", "MULTI");
  const results = [refused, "OK", "b", error("ERR", "EXEC")];
  assert.throws(() => finishTransaction(commands, results, resp3), (thrown) => {
    assert.equal(thrown, refused);
    assert.deepEqual([refused.maybeExecuted, refused.replies], [true, results]);
    return true;
  });
});

test("M05: replies that cannot be values reject with what is wrong with them", () => {
  const wrong = new DecodeError("DECODE_STRING_TOO_LONG", "a text is longer than strings can be");
  assert.throws(
    () => finishTransaction(commands, ["OK", "QUEUED", "QUEUED", wrong], resp3),
    (thrown) => thrown === wrong,
  );
});
