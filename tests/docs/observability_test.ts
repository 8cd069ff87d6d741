/** What the page about observing says can be run runs, and prints what it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { slotStates } from "../../lib/pool/slot.ts";
import { faultyPool } from "../client/faulty_pool.ts";
import { promisedOutput } from "../support/code_blocks.ts";
import { blocksOf, checkTypes, runProgram } from "../support/document_programs.ts";
import { readFileSync } from "node:fs";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";

const page = "docs/observability.md";
const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
const programs = blocksOf(page).filter(({ isRunnable }) => isRunnable);

/** The one program whose output is told in a sentence, since it comes from one line twice. */
const told: Readonly<Record<string, string[]>> = { "commandEnd(": ["shared SET 1", "shared PIPELINE GET 2", "1"] };

function expectedOf(code: string): string[] {
  const [, lines] = Object.entries(told).find(([mark]) => code.includes(mark)) ?? [];
  for (const line of lines ?? []) assert.ok(text.includes(`\`${line}\``), line);
  return lines ?? promisedOutput(code);
}

test("the page holds programs that promise output", () => {
  assert.ok(programs.length >= 7);
  for (const { line, code } of programs) assert.ok(expectedOf(code).length > 0, `line ${line}`);
});

for (const { line, code } of programs) {
  const skip = skipWithoutProgram("redis");
  test(`the program at line ${line} of the page about observing does what it says`, { skip }, async () => {
    const server = await startRedis();
    try {
      assert.deepEqual(await runProgram(code, server.url), expectedOf(code));
    } finally {
      await server.stop();
    }
  });
}

test(
  "the types in the page's code are right",
  { skip: !("Deno" in globalThis) && "only Deno checks types" },
  () => checkTypes(page),
);

test("the page names every number", async () => {
  const { pool, end } = faultyPool();
  const stats = pool.stats();
  const names = [...Object.keys(stats), ...Object.keys(stats.commands), ...Object.keys(stats.wait)];
  assert.deepEqual(names.filter((name) => name !== "minIdle" && !text.includes(`\`${name}\``)), []);
  for (const state of Object.keys(slotStates)) assert.ok(state === "gone" || text.includes(`\`${state}\``), state);
  await end();
});
