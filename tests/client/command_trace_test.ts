import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, OpenCommandTrace } from "../../lib/client/command_trace.ts";
import type { Argument } from "../../lib/resp/encoder.ts";

const target = { pool: "p", database: 2, serverAddress: "h", serverPort: 1 };
const sha = "0123456789abcdef0123456789abcdef01234567";

function traceOf(args: readonly Argument[]): OpenCommandTrace {
  return new OpenCommandTrace(target, "shared", args);
}

function batchTrace(...batch: Argument[][]): OpenCommandTrace {
  return new OpenCommandTrace(target, "lease", [], batchOf(batch.map((args) => ({ args, shape: undefined }))));
}

test("a command is told by its words, with a mark for each argument", () => {
  const { command, operation, args, procedure, batchMode, batchSize, lane } = traceOf(["SET", "k", "v", "EX", 10]);
  assert.deepEqual([command, operation, args], ["SET", "SET", ["SET", "?", "?", "?", "?"]]);
  assert.deepEqual([procedure, batchMode, batchSize, lane], [undefined, undefined, undefined, "shared"]);
});

test("the verb is upper case; the operation is as the caller wrote it", () => {
  const { command, operation, args } = traceOf(["client", "setname", "me"]);
  assert.deepEqual([command, operation, args], ["CLIENT SETNAME", "client setname", ["client", "setname", "?"]]);
});

test("T06: what is no verb is not shown, wherever it stands", () => {
  for (const args of [["c4n4ry and more", "c4n4ry"], [new TextEncoder().encode("c4n4ry")], [], [7]] as Argument[][]) {
    const trace = traceOf(args);
    assert.deepEqual([trace.command, trace.operation], ["?", "?"]);
    assert.doesNotMatch(JSON.stringify(trace), /c4n4ry/);
  }
});

test("scripts and functions are told by what names them, and by nothing that does not look like it", () => {
  assert.equal(traceOf(["EVALSHA", sha, 1, "k"]).procedure, sha);
  assert.equal(traceOf(["fcall_ro", "my_function", 1, "k"]).procedure, "my_function");
  assert.equal(traceOf(["EVALSHA", "c4n4ry", 0]).procedure, undefined);
  assert.equal(traceOf(["FCALL", "return 'c4n4ry'", 0]).procedure, undefined);
  assert.equal(traceOf(["EVAL", sha, 0]).procedure, undefined);
  assert.equal(traceOf(["constructor", sha]).procedure, undefined);
});

test("a batch is told by its kind and size, and by its verb when there is one for all", () => {
  const mixed = batchTrace(["GET", "a"], ["SET", "b", 1]);
  assert.deepEqual([mixed.command, mixed.operation, mixed.args], ["PIPELINE", "PIPELINE", ["PIPELINE"]]);
  assert.deepEqual([mixed.batchMode, mixed.batchSize, mixed.lane], ["PIPELINE", 2, "lease"]);
  const uniform = batchTrace(["GET", "a"], ["get", "b"], ["GET", "c"]);
  assert.deepEqual([uniform.command, uniform.operation, uniform.batchSize], ["PIPELINE", "PIPELINE GET", 3]);
});

test("a transaction is told without its MULTI and EXEC", () => {
  const trace = batchTrace(["MULTI"], ["SET", "a", 1], ["SET", "b", 2], ["EXEC"]);
  assert.deepEqual([trace.command, trace.operation, trace.batchSize], ["MULTI", "MULTI SET", 2]);
  assert.deepEqual([batchTrace(["MULTI"], ["EXEC"]).operation, batchTrace(["MULTI"], ["EXEC"]).batchSize], [
    "MULTI",
    0,
  ]);
});

test("T06: what is no verb is not shown in a batch either", () => {
  const trace = batchTrace(["c4n4ry and more"], ["c4n4ry and more"]);
  assert.equal(trace.operation, "PIPELINE");
  assert.doesNotMatch(JSON.stringify(trace), /c4n4ry/);
});
