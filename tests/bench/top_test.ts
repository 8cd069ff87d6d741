import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { prometheusText } from "../../lib/entry/prometheus.ts";
import { startMemoryServer } from "../../lib/testing/memory_server.ts";
import { createPool } from "../../mod.ts";

const top = fileURLToPath(new URL("../../bench/top.ts", import.meta.url));

/** Runs `top` on the runtime that runs this test. */
function run(...args: string[]): Promise<{ code: number; text: string; error: string }> {
  const first = "Deno" in globalThis ? ["run", "-A", "--no-check", top] : [top];
  return new Promise((resolve) => {
    execFile(process.execPath, [...first, ...args], { timeout: 60_000 }, (failure, text, error) => {
      resolve({ code: failure === null ? 0 : Number(failure.code), text, error });
    });
  });
}

/** Serves these pages, the last one for ever, while `act` runs. */
async function withPages(pages: (() => string)[], act: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === "/nothing") response.statusCode = 404;
    response.end((pages.length > 1 ? pages.shift()! : pages[0]!)());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("top shows a demo load on the server of a URL, and ends after one view", async () => {
  const server = await startMemoryServer();
  try {
    const { code, text, error } = await run("--once", "--seconds", "0.2", server.url);
    assert.equal(code, 0, error);
    assert.match(text, /^respool top – a demo load, redis:\/\/127\.0\.0\.1:\d+$/m);
    assert.match(text, /^demo$/m);
    for (const name of ["utilisation", "waiting", "throughput", "commands", "failures", "circuit"]) {
      assert.match(text, new RegExp(`^  ${name} .+$`, "m"));
    }
    assert.match(text, /of 6 used/);
    assert.match(text, /circuit +closed for/);
  } finally {
    await server.close();
  }
});

test("top shows the pools of another process", async () => {
  const server = await startMemoryServer();
  const pools = [createPool(server.url, { name: "cache" }), createPool(server.url, { name: "jobs", maxSize: 3 })];
  try {
    await pools[0]!.get("k");
    await withPages([() => prometheusText(...pools)], async (url) => {
      const { code, text, error } = await run("--once", "--seconds", "0.1", `${url}/metrics`);
      assert.equal(code, 0, error);
      assert.match(text, /^cache$[\s\S]*1 of 10 used[\s\S]*^jobs$[\s\S]*0 of 3 used/m);
    });
  } finally {
    await Promise.all(pools.map((pool) => pool.destroy()));
    await server.close();
  }
});

test("what cannot be shown is told in one line", async () => {
  await withPages([() => "# nothing here\n"], async (url) => {
    const lines = [
      [["redis://127.0.0.1:1"], /127\.0\.0\.1:1: the connection was refused/],
      [["--once", "--seconds", "0.01", url], /there are no pools on http/],
      [["--once", `${url}/nothing`], /answered 404/],
      [["--seconds", "soon"], /--seconds takes a number/],
      [["a", "b"], /one URL is enough/],
    ] as const;
    for (const [args, reason] of lines) {
      const { code, text, error } = await run(...args);
      assert.deepEqual([code, text], [1, ""]);
      assert.match(error, /^respool top: .*\n$/);
      assert.match(error, reason);
    }
  });
});
