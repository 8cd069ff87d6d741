import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dispatcher, ViewOptions } from "../../lib/client/dispatcher.ts";
import { viewOf } from "../../lib/client/view.ts";
import { blockingSpecs } from "../../lib/commands/blocking.ts";
import { commandSpecs } from "../../lib/commands/commands.ts";
import { sessionSpecs } from "../../lib/commands/session.ts";

function recorded() {
  const runs: { args: unknown[]; options: ViewOptions }[] = [];
  const batches: { commands: unknown[][]; options: ViewOptions }[] = [];
  const dispatcher: Dispatcher = {
    run: (args, _, options) => {
      runs.push({ args: [...args], options });
      return Promise.resolve("done");
    },
    checkBatched: () => {},
    runBatch: (commands, options) => {
      batches.push({ commands: commands.map(({ args }) => [...args]), options });
      return Promise.resolve([]);
    },
  };
  return { batches, dispatcher, runs };
}

test("each command is run with the view's options", async () => {
  const { dispatcher, runs } = recorded();
  const options = { timeoutMs: 50, idempotent: true };
  const view = viewOf(dispatcher, options);
  assert.equal(await view.get("k"), "done");
  await view.send(["INCR", "k"]);
  await view.blpop("k", 1);
  assert.deepEqual(runs.map(({ args }) => args), [["GET", "k"], ["INCR", "k"], ["BLPOP", "k", 1]]);
  assert.ok(runs.every((run) => run.options === options));
});

test("pipelines and transactions take the options along, and may add to them", async () => {
  const { batches, dispatcher } = recorded();
  const view = viewOf(dispatcher, { timeoutMs: 50 });
  await view.pipeline().get("a").exec();
  await view.multi().get("a").exec({ timeoutMs: 70 });
  assert.deepEqual(batches, [
    { commands: [["GET", "a"]], options: { timeoutMs: 50 } },
    { commands: [["MULTI"], ["GET", "a"], ["EXEC"]], options: { timeoutMs: 70 } },
  ]);
});

test("a view has every command", () => {
  const view = viewOf(recorded().dispatcher, {}) as unknown as Record<string, unknown>;
  for (const { name } of [...commandSpecs, ...blockingSpecs, ...sessionSpecs]) {
    assert.equal(typeof view[name], "function", name);
  }
});
