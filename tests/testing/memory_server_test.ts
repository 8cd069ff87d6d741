import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { type MemoryServer, type MemoryServerOptions, startMemoryServer } from "../../lib/testing/memory_server.ts";
import { connectRaw, waitFor } from "./raw_client.ts";

/** Why a test cannot run without this program, or `false`. */
function skipWithout(program: string): string | false {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return false;
    } catch { /* not in this folder */ }
  }
  return `${program} is not on PATH`;
}

/** Runs a program to its end. */
function run(program: string, args: string[], input = ""): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let output = "";
    child.stdout.on("data", (text) => output += text);
    child.stderr.on("data", (text) => output += text);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}

async function withServer(act: (server: MemoryServer) => Promise<void>, options?: MemoryServerOptions): Promise<void> {
  const server = await startMemoryServer(options);
  try {
    await act(server);
  } finally {
    await server.close();
  }
}

test("a server is reached at its URL and is gone after close", async () => {
  const server = await startMemoryServer();
  assert.equal(server.url, `redis://127.0.0.1:${server.port}`);
  const client = await connectRaw(server.port);
  client.write("PING\r\n");
  await client.until("+PONG\r\n");
  assert.equal(server.connections, 1);
  assert.equal(server.commands, 1);
  await server.close();
  await server[Symbol.asyncDispose]();
  await client.ended();
  client.destroy();
  await assert.rejects(connectRaw(server.port));
});

test("a connection that is gone is forgotten", async () => {
  await withServer(async (server) => {
    const client = await connectRaw(server.port);
    client.write("BLPOP k 0\r\n");
    await waitFor(() => server.commands === 1);
    client.destroy();
    await waitFor(() => server.connections === 0);
  });
});

test("QUIT is answered before the connection ends", async () => {
  await withServer(async (server) => {
    const client = await connectRaw(server.port);
    client.write("QUIT\r\n");
    await client.until("+OK\r\n");
    await waitFor(() => client.hasEnd);
    client.socket.end();
    await client.closed;
  });
});

test("the password is any text, and is part of the URL", async () => {
  await withServer(async (server) => {
    assert.equal(server.url, `redis://:p%C3%A4ss%20%2F@127.0.0.1:${server.port}`);
    const client = await connectRaw(server.port);
    client.write("*2\r\n$4\r\nAUTH\r\n$7\r\np\xc3\xa4ss /\r\n");
    await client.until("+OK\r\n");
    client.destroy();
  }, { password: "päss /" });
});

test("a fake clock moves expiry and waits", async () => {
  const clock = new FakeClock();
  await withServer(async (server) => {
    const client = await connectRaw(server.port);
    client.write("SET k v PX 100\r\nBLPOP none 1\r\nGET k\r\n");
    await client.until("+OK\r\n");
    clock.tick(1000);
    await client.until("+OK\r\n*-1\r\n$-1\r\n");
    client.destroy();
  }, { clock });
});

test("a port that is taken is refused with the system's error", async () => {
  await withServer(async (server) => {
    await assert.rejects(startMemoryServer({ port: server.port }), { code: "EADDRINUSE" });
  });
});

test("redis-cli talks to it in both protocols", { skip: skipWithout("redis-cli") }, async () => {
  await withServer(async (server) => {
    const cli = async (...args: string[]) => (await run("redis-cli", ["-p", String(server.port), ...args])).output;
    assert.equal(await cli("SET", "key", "a value"), "OK\n");
    assert.equal(await cli("-3", "GET", "key"), "a value\n");
    assert.equal(await cli("-3", "--json", "HGETALL", "none"), "{}\n");
    assert.match(await cli("INFO", "server"), /redis_version:7/);
    const session = await run(
      "redis-cli",
      ["-p", String(server.port)],
      "RPUSH l 1 2\nLRANGE l 0 -1\nNOSUCH\nHELLO 3\n",
    );
    assert.match(session.output, /^2\n1\n2\nERR unknown command 'NOSUCH'/);
    assert.equal(session.code, 0);
    assert.equal(await cli("--scan", "--pattern", "k*"), "key\n");
  });
});

for (const depth of [1, 20]) {
  const skip = skipWithout("redis-benchmark");
  test(
    `redis-benchmark runs against it without a complaint, ${depth} at a time`,
    { skip, timeout: 60_000 },
    async () => {
      await withServer(async (server) => {
        const tests = ["ping", "set", "get", "incr", "lpush", "rpush", "lpop", "rpop", "sadd", "hset", "mset"];
        const { code, output } = await run("redis-benchmark", [
          ...["-p", String(server.port), "-t", tests.join(","), "-n", "20000", "-P", String(depth), "-q"],
        ]);
        assert.equal(code, 0, output);
        assert.doesNotMatch(output, /err|warn|fail|could not/i);
        // MSET is named with its count and PING has two kinds.
        assert.equal(output.match(/: [\d.]+ requests per second/g)?.length, tests.length + 1, output);
      });
    },
  );
}
