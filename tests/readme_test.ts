/** What the README says can be run runs, and prints what it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { promisedOutput } from "./support/code_blocks.ts";
import { blocksOf, checkTypes, runProgram } from "./support/document_programs.ts";
import { skipWithoutProgram } from "./support/matrix.ts";
import { startRedis } from "./support/servers.ts";

const blocks = blocksOf("README.md");

test("the README holds programs that promise output", () => {
  assert.ok(blocks.filter(({ code, isRunnable }) => isRunnable && promisedOutput(code).length > 0).length >= 3);
});

for (const { line, code } of blocks.filter(({ isRunnable }) => isRunnable)) {
  test(
    `the program at line ${line} of the README does what it says`,
    { skip: skipWithoutProgram("redis") },
    async () => {
      const server = await startRedis();
      try {
        assert.deepEqual(await runProgram(code, server.url), promisedOutput(code));
      } finally {
        await server.stop();
      }
    },
  );
}

test(
  "the types in the README's code are right",
  { skip: !("Deno" in globalThis) && "only Deno checks types" },
  () => checkTypes("README.md"),
);
