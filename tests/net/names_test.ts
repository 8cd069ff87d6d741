/** Names with several addresses, and names that move. Only Node lets a test stand in for the name service. */
import assert from "node:assert/strict";
import dns from "node:dns";
import { test } from "node:test";
import { createPool } from "../../mod.ts";
import { withServer } from "./helpers.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

type Answer = (error: null, addresses: { address: string; family: number }[] | string, family?: number) => void;

/** Runs `body` while every name has the addresses that `resolve` gives; returns the names that were asked for. */
async function withNames(resolve: () => string[], body: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  const real = dns.lookup;
  const fake = (name: string, options: { all?: boolean }, answer: Answer) => {
    asked.push(name);
    const addresses = resolve().map((address) => ({ address, family: 4 }));
    if (options.all) answer(null, addresses);
    else answer(null, addresses[0]!.address, 4);
  };
  dns.lookup = fake as unknown as typeof dns.lookup;
  try {
    await body();
  } finally {
    dns.lookup = real;
  }
  return asked;
}

/** Answers every command like a server without HELLO. */
function pong(peer: import("node:net").Socket): void {
  peer.on("data", (chunk) => {
    const commands = String(chunk).match(/\*\d+\r\n(?:\$\d+\r\n[^\r]*\r\n)+?(?=\*|$)/g) ?? [];
    for (const command of commands) {
      peer.write(command.includes("HELLO") ? "-ERR unknown command 'HELLO'\r\n" : "+PONG\r\n");
    }
  });
}

if (isNode) {
  test("N11: when nobody listens at the first address the next one is tried, within the same connect", () =>
    withServer(pong, async (port) => {
      await withNames(() => ["127.0.0.2", "127.0.0.3", "127.0.0.1"], async () => {
        const pool = createPool({ host: "redis.example", port });
        await pool.ready();
        assert.equal(await pool.ping(), "PONG");
        await pool.close();
      });
    }));

  test("N11: a name is asked for again at each dial, so that it may move", () =>
    withServer(pong, async (port) => {
      let address = "127.0.0.1";
      const asked = await withNames(() => [address], async () => {
        const pool = createPool({ host: "redis.example", port, commandTimeoutMs: 500 });
        assert.equal(await pool.ping(), "PONG");
        address = "127.0.0.2";
        pool.invalidate("moved");
        await assert.rejects(pool.ping(), { code: "COMMAND_TIMEOUT" });
        address = "127.0.0.1";
        assert.equal(await pool.with({ timeoutMs: 5000 }).ping(), "PONG");
        await pool.close();
      });
      assert.ok(asked.length >= 3);
      assert.deepEqual([...new Set(asked)], ["redis.example"]);
    }));
}
