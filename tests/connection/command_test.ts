import { test } from "node:test";
import assert from "node:assert/strict";
import { describe, verbOf, weigh } from "../../lib/connection/command.ts";
import { ReplyError } from "../../lib/errors.ts";
import type { Argument } from "../../lib/resp/encoder.ts";

const secret = "hunter2";

test("a command is named by its verb, a container by its subcommand too, and never by an argument", () => {
  const cases: [unknown[], string][] = [
    [["get", secret], "GET"],
    [["client", "setname", secret], "CLIENT SETNAME"],
    [["CONFIG", "SET", "requirepass", secret], "CONFIG SET"],
    [["ACL", "SETUSER", "u", `>${secret}`], "ACL SETUSER"],
    [["CONFIG"], "CONFIG"],
    [["CONFIG", 5], "CONFIG"],
    [["CONFIG", `set ${secret}`], "CONFIG"],
    [["JSON.SET", "k", "$", secret], "JSON.SET"],
    [[`AUTH ${secret}`], "?"],
    [["x".repeat(33)], "?"],
    [["get\r\n"], "?"],
    [[new Uint8Array([71, 69, 84]), secret], "?"],
    [[undefined], "?"],
    [[{ toString: () => secret }], "?"],
    [[], "?"],
  ];
  for (const [args, verb] of cases) assert.equal(verbOf(args as Argument[]), verb);
});

test("a command weighs what its arguments are long, and wrong arguments harm nobody", () => {
  assert.equal(weigh(["GET", "key"]), 6);
  assert.equal(weigh(["SET", "k", new Uint8Array(1000)]), 1004);
  assert.equal(weigh(["EXPIRE", "k", 10, 5n]), 6 + 1 + 8 + 8);
  assert.equal(weigh([]), 0);
  for (const bad of [undefined, null, NaN, {}, [1], true]) assert.ok(weigh(["GET", bad as Argument]) >= 3);
});

test("an error reply learns what it answers", () => {
  const error = new ReplyError("ERR", "ERR value is not an integer");
  describe(error, ["incr", "k"], "h:1");
  assert.deepEqual([error.command, error.endpoint, error.sent], ["INCR", "h:1", true]);
  assert.equal(error.message, "ERR value is not an integer");
});

test("the server's text is withheld where it may repeat a secret", () => {
  const text = `ERR something about '${secret}'`;
  const secretive: Argument[][] = [
    ["AUTH", secret],
    ["auth", "user", secret],
    ["HELLO", 3, "AUTH", "user", secret],
    ["ACL", "SETUSER", "u", `>${secret}`],
    ["CONFIG", "SET", "requirepass", secret],
    ["MIGRATE", "h", 1, "", 0, 0, "AUTH", secret],
    ["CLIENT", "SETINFO", "LIB-NAME", secret],
  ];
  for (const args of secretive) {
    const error = new ReplyError("ERR", text);
    describe(error, args, "h:1");
    assert.doesNotMatch(`${error.message} ${error.command}`, new RegExp(secret), args.join(" "));
    assert.match(error.message, /^ERR /);
  }
});

test("texts that can repeat no secret stay, since they say what to do", () => {
  for (const text of ["ERR unknown command 'HELLO'", "ERR max number of clients reached"]) {
    const error = new ReplyError("ERR", text);
    describe(error, ["HELLO", 3, "AUTH", "default", secret], "h:1");
    assert.equal(error.message, text);
  }
});

test("S12: a script that failed may have written before, unless it cannot have begun", () => {
  const told = (verb: string, code: string) => {
    const error = new ReplyError(code, `${code} no`, { sent: true, maybeExecuted: false });
    describe(error, [verb, "script", 0], "h:1");
    return error.maybeExecuted;
  };
  assert.deepEqual([told("SET", "OOM"), told("EVAL", "OOM"), told("fcall", "ERR")], [false, true, true]);
  assert.deepEqual([told("EVALSHA", "NOSCRIPT"), told("EVAL", "BUSY"), told("EVAL_RO", "ERR")], [false, false, false]);
});
