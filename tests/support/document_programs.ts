/**
 * The programs in documents: run as they would be with the package installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type CodeBlock, codeBlocks } from "./code_blocks.ts";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);
const { exports: doors, name } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8"));

/** The blocks of a document; `path` is relative to the root of the repository. */
export function blocksOf(path: string): CodeBlock[] {
  return codeBlocks(readFileSync(new URL(path, root), "utf8"));
}

/** Runs a program with the server at `url` in place of the one it names. Returns the lines it prints. */
export async function runProgram(code: string, url: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "respool-document-"));
  const path = join(folder, "program.ts");
  writeFileSync(path, asProgram(code, url));
  try {
    const args = "Deno" in globalThis ? ["run", "-A", "--no-check", path] : [path];
    const { stdout } = await run(process.execPath, args, { timeout: 30_000 });
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function asProgram(code: string, url: string): string {
  const located = code.replace(/"(@respool\/respool)(\/\w+)?"/g, (_, packageName, door = "") => {
    assert.equal(packageName, name);
    return JSON.stringify(new URL(doors[`.${door}`], root).href);
  });
  return located.replaceAll("redis://localhost:6379", url);
}

/** Checks the types of a document's code; Deno can. */
export async function checkTypes(path: string): Promise<void> {
  await run(process.execPath, ["check", "--quiet", "--doc-only", path], { cwd: fileURLToPath(root) });
}
