import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("a process that verifies nothing is warned of it, once", async () => {
  const script = fileURLToPath(new URL("tls_warning_child.ts", import.meta.url));
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...run, script]);
  const lines = stderr.trim().split("\n");
  assert.deepEqual([lines[0], lines.length, stdout], ["so far nothing was said", 2, ""]);
  assert.match(lines[1]!, /^respool: dangerouslyAllowUnverifiedTls is set/);
});
