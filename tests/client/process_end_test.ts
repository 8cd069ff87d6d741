import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort, startRedis } from "../support/servers.ts";

const script = fileURLToPath(new URL("process_end_child.ts", import.meta.url));

/** Runs the child to its end; fails when it does not end by itself. Returns what it said, and how long it lived. */
async function run(what: string, url: string): Promise<{ said: string; tookMs: number }> {
  const options = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const start = performance.now();
  const child = promisify(execFile)(process.execPath, [...options, script, what, url], { timeout: 30_000 });
  const { stdout } = await child.catch((error) => assert.fail(`${what}: ${error.message} ${error.stdout}`));
  return { said: stdout.trim(), tookMs: performance.now() - start };
}

/** What is done, what the child says of it, and how long more than a run of nothing it may take. */
const cases: [string, string | RegExp, number][] = [
  ["warm", "ready", 2000],
  ["used", "OK [ 2 ]\n2 null\n2", 2000],
  ["aborted", "ABORTED", 2000],
  ["leased", "PONG", 2000],
  ["closed", "2\nclosed", 2000],
  ["destroyed", /^CONN_CLOSED$|^CONN_EVICTED$/, 2000],
  ["slow", "OK", 4000],
  ["suspended", "COMMAND_TIMEOUT POOL_TIMEOUT", 3000],
];

test("Q09: a process ends by itself when its work is done, and not before, whatever became of its pool", async () => {
  const server = await startRedis();
  try {
    const idleMs = (await run("nothing", server.url)).tookMs;
    for (const [what, expected, mostMs] of cases) {
      const { said, tookMs } = await run(what, server.url);
      if (typeof expected === "string") assert.equal(said, expected, what);
      else assert.match(said, expected, what);
      assert.ok(
        tookMs < 3 * idleMs + mostMs,
        `${what} took ${Math.round(tookMs)} ms, nothing takes ${Math.round(idleMs)} ms`,
      );
    }
  } finally {
    await server.stop();
  }
});

test("a process whose server is down lives until its calls are told so", async () => {
  const { said } = await run("down", `redis://127.0.0.1:${await freePort()}`);
  assert.equal(said, "COMMAND_TIMEOUT POOL_TIMEOUT");
});
