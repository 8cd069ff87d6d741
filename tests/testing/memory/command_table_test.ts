import { test } from "node:test";
import assert from "node:assert/strict";
import { commandTable } from "../../../lib/testing/memory/command_table.ts";
import { talk } from "./talk.ts";

test("every command is there under its name in upper case, with an arity", () => {
  for (const [name, { arity, subcommands }] of commandTable) {
    assert.match(name, /^[A-Z_]+$/);
    assert.ok(Number.isInteger(arity) && arity !== 0, name);
    for (const [child, command] of Object.entries(subcommands ?? {})) {
      assert.match(child, /^[A-Z-]+$/);
      assert.ok(Math.abs(command.arity) >= 2, `${name} ${child}`);
    }
  }
});

test("COMMAND tells as much as clients need to start", () => {
  const session = talk();
  assert.equal(session.run("COMMAND COUNT"), `:${commandTable.size}\r\n`);
  assert.equal(session.run("COMMAND", "COMMAND DOCS", "COMMAND INFO get"), "*0\r\n%0\r\n*0\r\n");
});
