/** TLS to a real server: who is trusted, and that nothing is said to anybody else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import { ArgumentError, ConnectError, ProtocolError, RedisError, TlsError } from "../../lib/errors.ts";
import { createPool, type TlsOptions } from "../../mod.ts";
import { certificates, type Identity, noOpenssl } from "../net/certificates.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { startRedis } from "../support/servers.ts";
import { withTlsRedis } from "./tls_redis.ts";

const skip = noOpenssl || skipWithoutProgram("redis");

/** Connects, asks once and closes. Gives the answer, or the error. */
async function outcomeOf(options: RedisPoolOptions): Promise<unknown> {
  const pool = createPool({ host: "127.0.0.1", ...options });
  const outcome = await pool.ping().catch((error: unknown) => error);
  await pool.close();
  return outcome;
}

/** Expects a pool that trusts `tls` to be put off by a server that shows `shown`, before it is asked who it is. */
async function refuses(code: string, shown: Identity, tls: TlsOptions, host = "127.0.0.1"): Promise<void> {
  let asked = 0;
  const credentials = () => (asked++, { password: "secret" });
  await withTlsRedis(shown, async (port, server) => {
    const startedAt = performance.now();
    const error = await outcomeOf({ host, port, tls, credentials });
    assert.ok(error instanceof TlsError, inspect(error));
    assert.deepEqual([error.code, error.phase, error.maybeExecuted], [code, "tls", false]);
    assert.ok(performance.now() - startedAt < 4000, "it is told at once, not when time is up");
    assert.equal(asked, 0, "credentials are not even asked for");
    const client = await RawClient.connect(server.url);
    const stats = String(await client.send(["INFO", "commandstats"]));
    client.close();
    // One PING of who started the server, one HELLO of who asks here.
    const commands = Array.from(stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g), ([, name, calls]) => `${name} ${calls}`);
    assert.deepEqual(commands.sort(), ["hello 1", "ping 1"]);
  });
}

test("T01: a server whose certificate cannot be trusted is sent nothing", { skip }, async () => {
  const { ca, stranger, server, selfSigned, expired, future } = await certificates();
  await refuses("TLS_CA", server, { ca: stranger });
  await refuses("TLS_CA", server, {});
  await refuses("TLS_CA", selfSigned, { ca });
  // Deno does not tell the two apart.
  const outOfDate = "Deno" in globalThis ? "TLS_CA" : "TLS_EXPIRED";
  await refuses(outOfDate, expired, { ca });
  await refuses(outOfDate, future, { ca });
});

test("T02: a server whose certificate is for somebody else is sent nothing", { skip }, async () => {
  const { ca, server, nameOnly, other } = await certificates();
  await refuses("TLS_NAME", other, { ca });
  await refuses("TLS_NAME", nameOnly, { ca });
  await refuses("TLS_NAME", other, { ca, serverName: "a.b.wild.example" });
  await refuses("TLS_NAME", server, { ca, serverName: "other.example" });
});

test("T02: the name that counts is serverName, else the host; a wildcard stands for one label", { skip }, async () => {
  const { ca, server, nameOnly, other } = await certificates();
  const accepted: [Identity, RedisPoolOptions][] = [
    [server, { tls: { ca } }],
    [nameOnly, { host: "localhost", tls: { ca } }],
    [nameOnly, { tls: { ca, serverName: "localhost" } }],
    [other, { tls: { ca, serverName: "other.example" } }],
    [other, { tls: { ca, serverName: "any.wild.example" } }],
  ];
  for (const [shown, options] of accepted) {
    await withTlsRedis(shown, async (port) => assert.equal(await outcomeOf({ port, ...options }), "PONG"));
  }
});

test("mutual TLS shows who we are; without a certificate the server has no ear for us", { skip }, async () => {
  const { ca, server, client: { cert, key } } = await certificates();
  await withTlsRedis(server, async (port) => {
    assert.equal(await outcomeOf({ port, tls: { ca, cert, key } }), "PONG");
    const error = await outcomeOf({ port, tls: { ca }, commandTimeoutMs: 1000 }) as RedisError;
    assert.ok(error instanceof RedisError);
    assert.equal(error.maybeExecuted, false);
  }, ["--tls-auth-clients", "yes"]);
});

test("dangerouslyAllowUnverifiedTls is the one way round, for those who ask by that name", { skip }, async () => {
  const { selfSigned, other } = await certificates();
  for (const shown of [selfSigned, other]) {
    await withTlsRedis(shown, async (port) => {
      assert.equal(await outcomeOf({ port, tls: { dangerouslyAllowUnverifiedTls: true } }), "PONG");
    });
  }
});

/** Warms a pool and gives the error of the attempt. */
async function firstError(options: RedisPoolOptions): Promise<RedisError> {
  const pool = createPool({ host: "127.0.0.1", connectTimeoutMs: 500, ...options });
  const error = await pool.ready().catch((error: unknown) => error);
  await pool.close();
  assert.ok(error instanceof RedisError, inspect(error));
  return error;
}

test(
  "T03: a plain client on a TLS port, and a TLS client on a plain port, end within the time to connect",
  { skip },
  async () => {
    const { ca, server } = await certificates();
    await withTlsRedis(server, async (tlsPort, { port }) => {
      // The server hangs up, with or without a word of TLS before that.
      const plain = await firstError({ port: tlsPort });
      assert.ok(plain instanceof ConnectError || plain instanceof ProtocolError, inspect(plain));
      assert.deepEqual([plain.phase, plain.maybeExecuted], ["handshake", false]);
      // The server waits for the end of what it takes for a line.
      const secure = await firstError({ port, tls: { ca } });
      assert.ok(secure instanceof ConnectError || secure instanceof TlsError, inspect(secure));
      assert.deepEqual([secure.phase, secure.maybeExecuted], ["tls", false]);
    });
  },
);

test("T03: a server of TLS 1.1 at most is TLS_VERSION or TLS_HANDSHAKE", { skip }, async () => {
  const { ca, server } = await certificates();
  const old = ["--tls-protocols", "TLSv1.1", "--tls-ciphers", "ALL:@SECLEVEL=0"];
  await withTlsRedis(server, async (port) => {
    const error = await outcomeOf({ port, tls: { ca }, commandTimeoutMs: 2000 }) as RedisError;
    const why = error instanceof TlsError ? error : error.cause;
    assert.ok(why instanceof TlsError, inspect(error));
    assert.match(why.code, /^TLS_(?:VERSION|HANDSHAKE)$/);
  }, old);
});

test("T04: rediss never becomes plain, and redis with TLS options is a contradiction", { skip }, async () => {
  const server = await startRedis(["--requirepass", "secret"]);
  try {
    const pool = createPool(`rediss://:secret@127.0.0.1:${server.port}`, {
      connectTimeoutMs: 500,
      commandTimeoutMs: 800,
    });
    await assert.rejects(pool.ping(), RedisError);
    await pool.close();
    const client = await RawClient.connect(`redis://default:secret@127.0.0.1:${server.port}`);
    assert.match(String(await client.send(["INFO", "commandstats"])), /cmdstat_hello:calls=1,/);
    client.close();
  } finally {
    await server.stop();
  }
  for (const tls of [true, { serverName: "a.example" }]) {
    assert.throws(() => createPool("redis://127.0.0.1", { tls }), (error: unknown) => {
      assert.ok(error instanceof ArgumentError);
      assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", "tls"]);
      return true;
    });
  }
  assert.throws(() => createPool("rediss://127.0.0.1", { tls: false }), ArgumentError);
});
