import { test } from "node:test";
import assert from "node:assert/strict";
import { type Command, command, container, findCommand } from "../../../lib/testing/memory/command.ts";

const table = new Map<string, Command<null>>([
  ["TWO", command(2, () => 2)],
  ["MANY", command(-2, () => 3)],
  ["FAMILY", container<null>({ CHILD: command(3, () => 4) })],
  ["BOTH", { ...container<null>({ CHILD: command(2, () => 5) }), arity: -1, run: () => 6 }],
]);

function find(...args: string[]): unknown {
  return findCommand(table, args[0]!, args).run(args as never, null);
}

test("a command is found when its arity fits", () => {
  assert.equal(find("TWO", "a"), 2);
  assert.equal(find("MANY", "a", "b", "c"), 3);
  assert.throws(() => find("TWO"), /wrong number of arguments for 'two' command/);
  assert.throws(() => find("TWO", "a", "b"), /wrong number/);
  assert.throws(() => find("MANY"), /wrong number/);
});

test("a subcommand is found in any case, and its arity counts the family", () => {
  assert.equal(find("FAMILY", "child", "a"), 4);
  assert.throws(() => find("FAMILY", "child"), /for 'family\|child' command/);
  assert.throws(() => find("FAMILY", "other"), /unknown subcommand 'other'. Try FAMILY HELP/);
  assert.throws(() => find("FAMILY", "constructor"), /unknown subcommand/);
  assert.throws(() => find("FAMILY"), /wrong number of arguments for 'family'/);
});

test("a family may do something by itself", () => {
  assert.equal(find("BOTH"), 6);
  assert.equal(find("BOTH", "CHILD"), 5);
});

test("an unknown command is named with the beginning of its arguments", () => {
  assert.throws(() => find("nosuch", "a", "b"), {
    message: "ERR unknown command 'nosuch', with args beginning with: 'a' 'b' ",
  });
  const long = "x".repeat(200);
  assert.throws(() => find(long, long, "b"), {
    message: `ERR unknown command '${"x".repeat(128)}', with args beginning with: '${"x".repeat(128)}' `,
  });
});
