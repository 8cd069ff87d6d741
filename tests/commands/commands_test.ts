import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingSpecs } from "../../lib/commands/blocking.ts";
import { commandSpecs } from "../../lib/commands/commands.ts";
import { sessionSpecs } from "../../lib/commands/session.ts";

test("every command belongs to one surface", () => {
  const names = [...commandSpecs, ...blockingSpecs, ...sessionSpecs].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length > 100);
});

test("no command hides what a pool or a lease does besides", () => {
  const taken = ["send", "with", "pipeline", "multi", "exec", "acquire", "release", "use", "stats", "close", "destroy"];
  const names = new Set([...commandSpecs, ...blockingSpecs, ...sessionSpecs].map(({ name }) => name));
  assert.deepEqual(taken.filter((name) => names.has(name)), []);
});
