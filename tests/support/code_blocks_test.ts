import assert from "node:assert/strict";
import { test } from "node:test";
import { codeBlocks, promisedOutput } from "./code_blocks.ts";

test("blocks of TypeScript are found with their lines and marks, others are not", () => {
  const page = "# Title\n\n```ts runnable\na;\nb;\n```\n\n```sh\nls\n```\n\n```ts\nc;\n```\n";
  assert.deepEqual(codeBlocks(page), [
    { line: 4, code: "a;\nb;\n", isRunnable: true },
    { line: 13, code: "c;\n", isRunnable: false },
  ]);
});

test("the promised output is behind the calls of console.log", () => {
  const code = "f(); // no output\nconsole.log(a(1)); // one\n  console.log(b); // two words\nconsole.log(c);\n";
  assert.deepEqual(promisedOutput(code), ["one", "two words"]);
});
