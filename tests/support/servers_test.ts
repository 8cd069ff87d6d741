import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { skipWithoutProgram } from "./matrix.ts";
import { startRedis, startServer } from "./servers.ts";

const skip = skipWithoutProgram("redis");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited 10 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a server is started on a port of its own and is gone after stop", { skip }, async () => {
  const [first, second] = await Promise.all([startRedis(), startRedis()]);
  assert.notEqual(first.port, second.port);
  assert.match(first.version, /^\d+\.\d+\.\d+$/);
  assert.ok(isAlive(first.pid));
  await Promise.all([first.stop(), second.stop(), first.stop()]);
  await until(() => !isAlive(first.pid) && !isAlive(second.pid));
});

test("a killed server comes back on the same port with another process id", { skip }, async () => {
  const server = await startRedis();
  try {
    const { pid, port } = server;
    server.kill("SIGKILL");
    await server.exited();
    await until(() => !isAlive(pid));
    await server.restart();
    assert.equal(server.port, port);
    assert.notEqual(server.pid, pid);
  } finally {
    await server.stop();
  }
});

test("a server that cannot start says why", { skip }, async () => {
  await assert.rejects(startServer("redis", ["--no-such-option", "1"]), /did not start[^]*no-such-option/i);
});

test("a server does not outlive a process that was killed", { skip }, async () => {
  const script = fileURLToPath(new URL("./start_and_wait.ts", import.meta.url));
  const isDeno = "Deno" in globalThis;
  const child = spawn(process.execPath, isDeno ? ["run", "-A", script] : [script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const pid = Number(String(line).trim());
  assert.ok(isAlive(pid));
  child.kill("SIGKILL");
  await until(() => !isAlive(pid));
});
