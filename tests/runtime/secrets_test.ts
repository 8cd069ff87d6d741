/** A secret that is planted everywhere must turn up nowhere, whatever goes wrong. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { createPool, RedisError, type RedisPool, type RedisPoolOptions } from "../../mod.ts";
import { certificates, noOpenssl } from "../net/certificates.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { freePort, startRedis } from "../support/servers.ts";
import { withTlsRedis } from "./tls_redis.ts";

const canary = "c4n4ry";
const skip = skipWithoutProgram("redis");

/** Every way in which a program may come to print a value. */
function printed(value: unknown): string {
  const ways = [
    () => inspect(value, { depth: 20, showHidden: true, getters: true }),
    () => JSON.stringify(value) ?? "",
    () => String(value),
    () => (value as Error).stack ?? "",
    () => ("Deno" in globalThis ? denoInspect(value) : ""),
    () => ("Bun" in globalThis ? bunInspect(value) : ""),
  ];
  const texts = ways.map((way) => {
    try {
      return way();
    } catch {
      return "";
    }
  });
  const { cause } = Object(value) as { cause?: unknown };
  return texts.join("\n") + (cause === undefined ? "" : printed(cause));
}

// deno-lint-ignore no-explicit-any
const runtime = globalThis as any;
const denoInspect = (value: unknown): string => runtime.Deno.inspect(value, { depth: 20, showHidden: true });
const bunInspect = (value: unknown): string => runtime.Bun.inspect(value, { depth: 20 });

function assertSilent(value: unknown, what: string): void {
  const text = printed(value);
  const at = text.indexOf(canary);
  assert.ok(at < 0, `${what} shows ${text.slice(Math.max(0, at - 80), at + 20)}`);
}

/** Keeps what observers are told. */
function listener(): { events: unknown[]; observer: NonNullable<RedisPoolOptions["observer"]> } {
  const events: unknown[] = [];
  const note = (name: string) => (...details: unknown[]) => void events.push([name, ...details]);
  const observer = new Proxy({}, { get: (_, name) => note(String(name)) });
  return { events, observer };
}

/** Expects a call to fail, keeps quiet about it, and gives the error's class and code. */
async function failed(call: () => unknown): Promise<string> {
  let error: unknown;
  try {
    error = await Promise.resolve(call()).then((value) => assert.fail(`it worked: ${inspect(value)}`));
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof RedisError, inspect(error));
  assertSilent(error, `${error.name} ${error.code}`);
  return `${error.name} ${error.code}`;
}

/** Everything in which a secret may be handed over. */
const secrets = { password: `${canary}-password`, username: `${canary}-user` };

/** Makes a pool and looks at all that can be seen of it, before and after it failed. */
async function failsSilently(options: RedisPoolOptions, call: (pool: RedisPool) => unknown): Promise<string> {
  const { events, observer } = listener();
  const pool = createPool({ host: "127.0.0.1", connectTimeoutMs: 300, commandTimeoutMs: 400, observer, ...options });
  assertSilent(pool, "the pool");
  const told = await failed(() => call(pool));
  for (const value of [pool, pool.stats(), events]) assertSilent(value, "what is left of the pool");
  await pool.destroy();
  return told;
}

test("T06: what a server refuses shows no secret", { skip }, async () => {
  const server = await startRedis(["--requirepass", `${canary}-password`]);
  const { port } = server;
  const password = `${canary}-password`;
  try {
    const replies = [
      await failsSilently({ port, ...secrets }, (pool) => pool.get("k")),
      await failsSilently({ port, password: `${canary}-other` }, (pool) => pool.ready()),
      await failsSilently({ port, password, db: 9999 }, (pool) => pool.acquire()),
      await failsSilently({ port, password }, (pool) => pool.send(["GET", canary, canary])),
      await failsSilently({ port, password }, (pool) => pool.send(["CONFIG", "SET", "requirepass", canary, "x"])),
      await failsSilently({ port, password }, (pool) => pool.send(["ACL", "SETUSER", "u", `>${canary}`, `+${canary}`])),
      await failsSilently(
        { port, password },
        (pool) => pool.send(["MIGRATE", "127.0.0.1", 1, "k", canary, 1, "AUTH", canary]),
      ),
      await failsSilently({ port, password }, (pool) => pool.send(["EVAL", "error('mine')", 1, canary, canary])),
      await failsSilently({ port, password }, (pool) => pool.multi().set("k", canary).incr("k").exec()),
      await failsSilently({ port, password }, (pool) => pool.use((lease) => lease.send(["AUTH", "default", canary]))),
      await failsSilently(
        { port, password },
        (pool) => pool.use((lease) => lease.send(["HELLO", 3, "AUTH", "u", canary])),
      ),
    ];
    assert.ok(replies.every((told) => /^(?:Reply|Auth)Error \w+$/.test(told)), replies.join());
  } finally {
    await server.stop();
  }
});

test("T08: a server without AUTH and HELLO, which says what it was sent, is not quoted", { skip }, async () => {
  const server = await startRedis(["--rename-command", "AUTH", "", "--rename-command", "HELLO", ""]);
  try {
    assert.equal(await failsSilently({ port: server.port, ...secrets }, (pool) => pool.ready()), "AuthError ERR");
  } finally {
    await server.stop();
  }
});

test("T06: what cannot be reached, or is no Redis, shows no secret", { skip: skip || noOpenssl }, async () => {
  const { ca, server, client } = await certificates();
  const port = await freePort();
  const url = `redis://${secrets.username}:${secrets.password}@127.0.0.1:${port}`;
  const byUrl = createPool(url, { commandTimeoutMs: 200 });
  assertSilent(byUrl, "the pool");
  assert.equal(await failed(() => byUrl.get("k")), "TimeoutError COMMAND_TIMEOUT");
  await byUrl.destroy();
  assert.equal(await failsSilently({ port, ...secrets }, (pool) => pool.ready()), "ConnectError CONNECT_REFUSED");
  const web = net.createServer((peer) => peer.end(`HTTP/1.1 400 ${canary}\r\n\r\n${canary}`)).listen(0, "127.0.0.1");
  await once(web, "listening");
  const webPort = (web.address() as net.AddressInfo).port;
  assert.equal(await failsSilently({ port: webPort, ...secrets }, (pool) => pool.ready()), "ProtocolError WRONG_PEER");
  web.close();
  await withTlsRedis(server, async (port) => {
    const key = client.key.replace("-----BEGIN PRIVATE KEY-----", `${canary}\n-----BEGIN PRIVATE KEY-----`);
    const tls = { ca, cert: client.cert, key };
    const told = await failsSilently(
      { port, ...secrets, tls: { ...tls, serverName: "other.example" } },
      (pool) => pool.ready(),
    );
    assert.match(told, /^TlsError TLS_\w+$/);
  });
});

test("T06: what never leaves the process shows no secret", { skip }, async () => {
  const server = await startRedis();
  const { port } = server;
  const mine = (call: (pool: RedisPool) => unknown) => failsSilently({ port, clientName: `${canary}-name` }, call);
  const aborted = AbortSignal.abort(new RedisError("MINE", "the caller's own"));
  try {
    const told = [
      await mine((pool) => pool.send(["AUTH", canary])),
      await mine((pool) => pool.send(["GET", { canary } as unknown as string])),
      await mine((pool) => pool.with({ signal: aborted }).set("k", canary)),
      await mine((pool) => pool.close().then(() => pool.set("k", canary))),
      await mine((pool) => pool.acquire().then((lease) => (lease.release(), lease.set("k", canary)))),
      await failsSilently(
        { port, shared: { maxQueued: 1 } },
        (pool) => Promise.all([pool.ping(), pool.set("k", canary)]),
      ),
      await failed(() => createPool({ password: { canary } as unknown as string })),
      await failed(() => createPool({ [`${canary}!`]: 1 } as RedisPoolOptions)),
      await failed(() => createPool(`redis://u:${canary}@bad host:99999`)),
      await failed(() => createPool({ tls: { key: canary } })),
    ];
    assert.deepEqual(told, [
      "ArgumentError STATEFUL_COMMAND",
      "ArgumentError INVALID_ARG",
      "AbortError ABORTED",
      "PoolError POOL_CLOSED",
      "LeaseError LEASE_RELEASED",
      "BackpressureError QUEUE_FULL",
      "ArgumentError INVALID_OPTION",
      "ArgumentError INVALID_OPTION",
      "ArgumentError INVALID_URL",
      "ArgumentError INVALID_OPTION",
    ]);
  } finally {
    await server.stop();
  }
});

test("T06: a pool and a lease at work show no secret", { skip }, async () => {
  const server = await startRedis(["--requirepass", secrets.password]);
  const { events, observer } = listener();
  const pool = createPool({ port: server.port, host: "127.0.0.1", password: secrets.password, observer });
  try {
    const lease = await pool.acquire();
    await lease.set("k", canary);
    const underWay = pool.set(`k-${canary}`, canary);
    for (const value of [pool, lease, pool.stats(), events, pool.pipeline().set("k", canary)]) {
      assertSilent(value, "a pool at work");
    }
    await underWay;
    lease.release();
  } finally {
    await pool.close();
    await server.stop();
  }
});

test("T13: what was put on Object.prototype before the library was loaded changes nothing", { skip }, async () => {
  const server = await startRedis(["--requirepass", "secret"]);
  const script = fileURLToPath(new URL("polluted_child.ts", import.meta.url));
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...run, script, String(server.port)]);
    assert.equal(stdout, "PONG default NOAUTH\n");
  } finally {
    await server.stop();
  }
});
