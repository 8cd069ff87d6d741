import assert from "node:assert/strict";
import { test } from "node:test";
import { commandsByCategory } from "../../lib/commands/flags.ts";
import { commandCategory, commandFlags } from "../../lib/commands/lookup.ts";
import { reviewedCategories, reviewedStateful } from "../support/command_review.ts";
import {
  buildTable,
  categoryByFlags,
  readCommands,
  type ServerCommand,
  statefulCommands,
} from "../support/command_table.ts";
import { type ServerKind, skipWithoutServer } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { withServer } from "../support/servers.ts";

/** The newest versions that the table was generated from. */
const generatedFrom = { redis: 8, valkey: 9, dragonfly: 0 };

/** The rows of the table as it is written. */
const written = Object.entries(commandsByCategory).flatMap(([category, commands]) =>
  commands.toUpperCase().split(" ").flatMap((word) => {
    const [verb, ...subcommands] = word.split("|") as [string, ...string[]];
    if (subcommands.length === 0) return [readRow("", verb, category, 1)];
    return subcommands.map((subcommand) => readRow(`${verb}|`, subcommand, category, 0));
  })
);

function readRow(before: string, word: string, category: string, usualKeyAt: number) {
  const [, name, keyAt] = /^([^@!]+)(?:@(-?\d))?!?$/.exec(word)!;
  return { name: before + name, category, keyAt: Number(keyAt ?? usualKeyAt) };
}

const rows = new Map(written.map((row) => [row.name, row]));

async function commandsOf(kind: ServerKind): Promise<{ commands: ServerCommand[]; major: number }> {
  let commands: ServerCommand[] = [];
  let major = 0;
  await withServer(kind, async ({ url, version }) => {
    const client = await RawClient.connect(url);
    commands = readCommands(await client.send(["COMMAND"]));
    client.close();
    major = Number.parseInt(version);
  });
  return { commands, major };
}

for (const kind of ["redis", "valkey"] as const) {
  const skip = skipWithoutServer(kind);

  test(`the table has what this ${kind} says, and the review`, { skip }, async () => {
    const { commands, major } = await commandsOf(kind);
    assert.ok(commands.length > 200);
    // Of a newer server only what is known can be compared.
    const known = major <= generatedFrom[kind] ? commands : commands.filter(({ name }) => rows.has(name));
    const names = new Set(known.map(({ name }) => name));
    const expected = buildTable([known]).filter(({ name }) => names.has(name));
    assert.deepEqual(expected.map(({ name }) => rows.get(name) ?? { name, category: "admin", keyAt: 0 }), expected);
  });

  test(`reads, writes and waits are what this ${kind} flags them`, { skip }, async () => {
    const { commands, major } = await commandsOf(kind);
    for (const { name, flags } of commands) {
      if (!rows.has(name) && major > generatedFrom[kind]) continue;
      const args = name.split("|");
      const category = commandCategory(args);
      const waits = flags.includes("blocking") && !name.startsWith("XREAD") || name === "WAIT";
      assert.equal(commandFlags(args).blocking, waits, name);
      if (flags.includes("readonly")) assert.equal(category, "read", name);
      if (flags.includes("write")) assert.notEqual(category, "connection", name);
      // A write that is taken for a read could be run twice: only options may make it one, and they are looked at.
      if (flags.includes("write") && category === "read") assert.ok(readsWithoutOptions.has(name), name);
    }
  });

  test(`no review only repeats the flags of this ${kind}`, { skip }, async () => {
    const { commands } = await commandsOf(kind);
    const flags = new Map(commands.map((command) => [command.name, command.flags]));
    for (const { category, commands } of reviewedCategories) {
      for (const name of commands) assert.ok(isNeeded(name, category, flags.get(name)), name);
    }
  });
}

/** Whether a review says more than the flags do; those of older servers say less. */
function isNeeded(name: string, category: string, flags: readonly string[] | undefined): boolean {
  return flags === undefined || name.startsWith("WAIT") || categoryByFlags(flags) !== category;
}

const readsWithoutOptions = new Set(["BITFIELD", "GEORADIUS", "GEORADIUSBYMEMBER", "GETEX", "HGETEX", "SORT"]);

test("every review says why", () => {
  for (const { reason, commands } of [...reviewedCategories, ...reviewedStateful]) {
    assert.ok(reason.length > 10 && commands.length > 0);
  }
});

test("the stateful commands are those of the review, and known", () => {
  const found = [...rows.keys()].filter((name) => commandFlags(name.split("|")).stateful);
  assert.deepEqual(found.sort(), [...statefulCommands].sort());
});

test("no command is in the table twice", () => {
  assert.equal(rows.size, written.length);
});
