/** What the README says can be run runs, and prints what it says. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { codeBlocks, promisedOutput } from "./support/code_blocks.ts";
import { skipWithoutProgram } from "./support/matrix.ts";
import { startRedis } from "./support/servers.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const isDeno = "Deno" in globalThis;
const blocks = codeBlocks(readFileSync(join(root, "README.md"), "utf8"));
const { exports: doors, name } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));

/** The program as it would be with the package installed and the server at `url`. */
function asProgram(code: string, url: string): string {
  const located = code.replace(/"(@respool\/respool)(\/\w+)?"/g, (_, packageName, door = "") => {
    assert.equal(packageName, name);
    return JSON.stringify(new URL(doors[`.${door}`], new URL("../", import.meta.url)).href);
  });
  return located.replaceAll("redis://localhost:6379", url);
}

async function runProgram(code: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "respool-readme-"));
  const path = join(folder, "program.ts");
  writeFileSync(path, code);
  try {
    const args = isDeno ? ["run", "-A", "--no-check", path] : [path];
    const { stdout } = await run(process.execPath, args, { timeout: 30_000 });
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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
        assert.deepEqual(await runProgram(asProgram(code, server.url)), promisedOutput(code));
      } finally {
        await server.stop();
      }
    },
  );
}

test("the types in the README's code are right", { skip: !isDeno && "only Deno checks types" }, async () => {
  await run(process.execPath, ["check", "--quiet", "--doc-only", "README.md"], { cwd: root });
});
