/** Addresses that lead nowhere, elsewhere, or not any more. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findProgram, skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf } from "../support/oracles.ts";
import { startRedis } from "../support/servers.ts";
import { waitUntil } from "../support/wait_until.ts";
import { startFewFiles } from "./child.ts";
import { ask, onScene, withTemporaryFolder } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

test("N11: a name that nobody knows is said to be one, and dials stay few", redis, () =>
  onScene({}, async (scene) => {
    const pool = scene.poolOf("redis://respool.invalid:6379", { commandTimeoutMs: 1000 });
    assertError(await errorOf(pool.ready()), { name: "ConnectError", code: "DNS", phase: "dns" });
    const error = await errorOf(pool.get("k"));
    assertError(error, { code: "COMMAND_TIMEOUT", sent: false, maybeExecuted: false, phase: "queue" });
    assertError(error.cause, { name: "ConnectError", code: "DNS" });
    assert.ok(scene.connector.dials.length <= 12, `${scene.connector.dials.length} dials in a second`);
  }));

test(
  "N11: each dial is given the name, so that one which moves is found at its new address",
  redis,
  () =>
    onScene({}, async (scene) => {
      const other = await startRedis();
      try {
        const hosts: string[] = [];
        let port = scene.server.port;
        scene.connector.redirect = (target) => {
          hosts.push(target.host);
          return { ...target, host: "127.0.0.1", port };
        };
        const pool = scene.poolOf("redis://primary.example:6379");
        await ask(other.url, ["SET", "where", "new"]);
        await pool.set("where", "old");
        await scene.ask(["SHUTDOWN", "NOSAVE"]).catch(() => {});
        port = other.port;
        assert.equal(await pool.get("where"), "new");
        assert.ok(hosts.length >= 2);
        assert.deepEqual([...new Set(hosts)], ["primary.example"]);
      } finally {
        await other.stop();
      }
    }),
);

test("N11: of several addresses of one name the first that answers is used", redis, () =>
  onScene({}, async (scene) => {
    // The server listens on 127.0.0.1 alone; where localhost has an address of IPv6 too, that one is dead.
    const pool = scene.poolOf(`redis://localhost:${scene.server.port}`, { connectTimeoutMs: 1000 });
    await pool.ready();
    assert.equal(await pool.ping(), "PONG");
  }));

/** One descriptor less and it ends with a panic of its own, a fraction of a second later. */
const noFiles = "Deno" in globalThis && "Deno itself does not survive without file descriptors";

test(
  "N12: a process without file descriptors to spare: commands end with the reason, and nothing spins",
  { skip: noFiles || redis.skip },
  () =>
    onScene({}, async (scene) => {
      const child = startFewFiles("few_files_child.ts", String(scene.server.port));
      let text = "";
      child.stdout.on("data", (chunk) => text += chunk);
      await once(child, "close");
      const { code, cause, dials, served } = JSON.parse(text) as Record<string, unknown>;
      // Bun tells every failure of a connect as a refusal.
      const reason = "Bun" in globalThis ? "CONNECT_REFUSED" : "FD_LIMIT";
      assert.deepEqual({ code, cause, served }, { code: "COMMAND_TIMEOUT", cause: reason, served: "PONG" });
      assert.ok((dials as number) <= 12, `${dials} dials in a second`);
    }),
);

test(
  "N15: a Unix socket that is missing, appears, and is replaced by another server's",
  redis,
  () =>
    withTemporaryFolder((folder) =>
      onScene({}, async (scene) => {
        const path = join(folder, "redis.sock");
        const pool = scene.poolOf(`unix:${path}`, { commandTimeoutMs: 8000 });
        const error = await errorOf(pool.ready());
        assertError(error, { name: "ConnectError", code: "CONNECT_UNREACHABLE", phase: "connect", sent: false });
        const waiting = pool.set("k", "1");
        const first = await startOnPath(path);
        assert.equal(await waiting, "OK");
        first.kill("SIGKILL");
        await once(first, "close");
        await rm(path, { force: true });
        const unheard = pool.get("k");
        const second = await startOnPath(path);
        assert.equal(await unheard, null, "the new server knows nothing of the old one's keys");
        await pool.destroy();
        second.kill("SIGKILL");
        await once(second, "close");
      })
    ),
);

/** Starts a server that listens on a path only, and waits for it. */
async function startOnPath(path: string) {
  const plain = ["--save", "", "--appendonly", "no", "--port", "0", "--unixsocket", path];
  const server = spawn(findProgram("redis")!.path, plain, { stdio: ["ignore", "pipe", "ignore"] });
  let log = "";
  server.stdout.on("data", (chunk) => log += chunk);
  await waitUntil(() => /ready to accept connections/i.test(log));
  return server;
}
