import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const demo = fileURLToPath(new URL("../../bench/demo.ts", import.meta.url));

/** Runs the demo on the runtime that runs this test. */
function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; text: string; error: string }> {
  const first = "Deno" in globalThis ? ["run", "-A", "--no-check", demo] : [demo];
  return new Promise((resolve) => {
    execFile(process.execPath, [...first, ...args], { env: { ...process.env, ...env } }, (failure, text, error) => {
      resolve({ code: failure === null ? 0 : Number(failure.code), text, error });
    });
  });
}

const rows = /^(?:sequential|concurrent-10|concurrent-50|pipeline-50|pipeline-100) +[\d ]+\d(?: +[\d.]+ ms){3}$/gm;

test("the demo prints its five workloads, the server and the pool's statistics", async () => {
  const { code, text, error } = await run(["--seconds", "0.1"]);
  assert.equal(code, 0, error);
  assert.equal(text.match(rows)?.length, 5, text);
  assert.match(text, /^server +(?:(?:redis|valkey|dragonfly) \d+\.|in-memory)/m);
  assert.match(text, /^pool statistics$/m);
});

test("the demo falls back to the in-memory server where none is installed", async () => {
  const { code, text, error } = await run(["--seconds", "0.05"], { PATH: "", REDIS_URL: "" });
  assert.equal(code, 0, error);
  assert.equal(text.match(rows)?.length, 5, text);
  assert.match(text, /^server +in-memory/m);
});

test("the demo refuses a duration that is none", async () => {
  const { code, error } = await run(["--seconds", "soon"]);
  assert.equal(code, 1);
  assert.match(error, /--seconds takes a number/);
});

test("the demo tells in one line that the server cannot be reached", async () => {
  const { code, error } = await run(["--seconds", "0.05"], { REDIS_URL: "redis://127.0.0.1:1" });
  assert.equal(code, 1);
  assert.match(error, /^ConnectError: /);
});
