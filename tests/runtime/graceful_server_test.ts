/** Servers that know less, allow less, or are busy: of each release there is. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { ReplyError, TimeoutError } from "../../lib/errors.ts";
import { createPool, type RedisPool, type RedisPoolOptions } from "../../mod.ts";
import { debianServers, findDebianServer } from "../support/debian_servers.ts";
import { findProgram, type Program, type ServerKind } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { type OwnServer, startServer } from "../support/servers.ts";
import { waitUntil } from "../support/wait_until.ts";

/** Runs `body` with a server of a release and a pool of it. */
type With = (
  args: readonly string[],
  body: (pool: RedisPool, server: OwnServer) => Promise<void>,
  options?: RedisPoolOptions,
) => Promise<void>;

function withRelease(kind: ServerKind, program: Program | undefined): With {
  return async (args, body, options = {}) => {
    const server = await startServer(kind, args, program);
    const pool = createPool(server.url, options);
    try {
      await body(pool, server);
    } finally {
      await pool.destroy();
      await server.stop();
    }
  };
}

/** Whether the session speaks RESP3, by the shape that a hash has on the wire. */
async function speaksResp3(pool: RedisPool): Promise<boolean> {
  await pool.hset("hash", "field", "value");
  assert.deepEqual(await pool.hgetall("hash"), { field: "value" });
  return !Array.isArray(await pool.send(["HGETALL", "hash"]));
}

const clientInfo = async (pool: RedisPool) => String(await pool.use((lease) => lease.send(["CLIENT", "INFO"])));

const releases: [title: string, kind: ServerKind, program: Program | undefined][] = [
  [`Redis ${findProgram("redis")?.version ?? "on PATH"}`, "redis", findProgram("redis")],
  ...debianServers.map((one): (typeof releases)[number] => [one.title, one.kind, findDebianServer(one)]),
];

for (const [title, kind, program] of releases) {
  const skip = program === undefined && `${title} was not fetched; the test task does that`;
  const withPool = withRelease(kind, program);

  test(`S20: ${title} without HELLO is spoken to in RESP2, a password included`, { skip }, async () => {
    await withPool(["--rename-command", "HELLO", ""], async (pool) => assert.equal(await speaksResp3(pool), false));
    const args = ["--rename-command", "HELLO", "", "--requirepass", "secret"];
    await withPool(args, async (pool) => assert.equal(await speaksResp3(pool), false), { password: "secret" });
    await withPool(["--rename-command", "HELLO", ""], async (pool) => {
      await assert.rejects(pool.ready(), { name: "ReplyError", code: "ERR", phase: "handshake" });
    }, { protocol: 3 });
  });

  test(`S20: ${title} that lets a user call neither HELLO nor CLIENT serves him all the same`, { skip }, async () => {
    const rules = (denied: string) => ["--user", "app", "on", ">secret", "~*", "&*", "+@all", ...denied.split(" ")];
    const app = { username: "app", password: "secret", clientName: "mine" };
    await withPool(rules("-client"), async (pool) => assert.equal(await speaksResp3(pool), true), app);
    await withPool(
      rules("-hello -client"),
      async (pool) => assert.equal(await pool.send(["ACL", "WHOAMI"]), "app"),
      app,
    );
  });

  test(`${title} is told who we are as far as it wants to know`, { skip }, async () => {
    await withPool([], async (pool) => {
      const info = await clientInfo(pool);
      assert.match(info, /\bname=mine\b/);
      // CLIENT SETINFO came with Redis 7.2.
      if (!program!.version.startsWith("7.0")) assert.match(info, /\blib-name=respool\b/);
    }, { clientName: "mine" });
    await withPool(["--rename-command", "CLIENT", ""], async (pool) => assert.equal(await pool.ping(), "PONG"), {
      clientName: "mine",
    });
    await withPool([], async (pool) => assert.doesNotMatch(await clientInfo(pool), /respool/), { clientInfo: false });
  });

  test(
    `S16: ${title} that is full says so, and room is used when there is some`,
    { skip },
    () =>
      withPool(["--maxclients", "1"], async (pool, server) => {
        const other = await RawClient.connect(server.url);
        const error = await pool.ready().catch((error: unknown) => error);
        assert.ok(error instanceof ReplyError, inspect(error));
        assert.deepEqual([error.code, error.phase, error.retryable], ["MAXCLIENTS", "handshake", true]);
        const waiting = pool.ping();
        const late = await pool.with({ timeoutMs: 300 }).ping().catch((error: unknown) => error);
        assert.ok(late instanceof TimeoutError);
        assert.equal((late.cause as ReplyError).code, "MAXCLIENTS");
        other.close();
        assert.equal(await waiting, "PONG");
      }),
  );

  test(`S08: ${title} that is loading is waited for`, { skip }, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "respool-loading-"));
    const args = ["--dir", folder, "--dbfilename", "dump.rdb"];
    const server = await startServer(kind, args, program);
    try {
      const filler = await RawClient.connect(server.url);
      await filler.send(["DEBUG", "POPULATE", 2000]);
      await filler.send(["SAVE"]);
      await filler.send(["CONFIG", "SET", "key-load-delay", 500, "loading-process-events-interval-bytes", 1024]);
      filler.close();
      const pool = createPool(server.url);
      await pool.ping();
      // It reads its own file again, slowly, and answers LOADING meanwhile, to old connections and to new ones.
      const reloader = await RawClient.connect(server.url);
      const reloaded = reloader.send(["DEBUG", "RELOAD", "NOSAVE"]);
      const observer = await RawClient.connect(server.url);
      const isLoading = async () => /\bloading:1\b/.test(String(await observer.send(["INFO", "persistence"])));
      await waitUntil(isLoading);
      const fresh = createPool(server.url);
      const [length, fromOld, fromFresh] = await Promise.all([pool.dbsize(), pool.get("key:1"), fresh.get("key:2")]);
      assert.deepEqual([length, fromOld, fromFresh], [2000, "value:1", "value:2"]);
      await reloaded;
      reloader.close();
      observer.close();
      await pool.close();
      await fresh.close();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
