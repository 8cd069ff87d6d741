/** Passwords and users of a real server, as they change while a pool is at work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { AuthError } from "../../lib/errors.ts";
import {
  createPool,
  type CredentialsProvider,
  type Identity,
  type RedisPool,
  type RedisPoolOptions,
} from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { type OwnServer, startRedis } from "../support/servers.ts";
import { pause, waitUntil } from "../support/wait_until.ts";

const skip = skipWithoutProgram("redis");

/** A provider whose identity the test changes. */
class Rotating implements CredentialsProvider {
  identity: Identity;
  #changed = () => {};

  constructor(identity: Identity) {
    this.identity = identity;
  }

  current(): Identity {
    return this.identity;
  }

  subscribe(changed: () => void): () => void {
    this.#changed = changed;
    return () => this.#changed = () => {};
  }

  rotate(identity: Identity): void {
    this.identity = identity;
    this.#changed();
  }
}

/** Runs `body` with a server, a client of it that may do anything, and a pool. */
async function withPool(
  options: RedisPoolOptions,
  body: (pool: RedisPool, admin: RawClient, server: OwnServer) => Promise<void>,
  args: readonly string[] = [],
  login = "",
): Promise<void> {
  const server = await startRedis(args);
  const admin = await RawClient.connect(`redis://${login}127.0.0.1:${server.port}`);
  const pool = createPool(server.url, options);
  try {
    await body(pool, admin, server);
  } finally {
    await pool.destroy();
    admin.close();
    await server.stop();
  }
}

const whoami = (pool: RedisPool) => pool.send(["ACL", "WHOAMI"]);

/** How many logins the server has refused. */
async function refusals(admin: RawClient): Promise<number> {
  const stats = String(await admin.send(["INFO", "commandstats"]));
  return Number(/cmdstat_hello:.*failed_calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

async function errorOf(call: Promise<unknown>): Promise<AuthError> {
  const error = await call.catch((error: unknown) => error);
  assert.ok(error instanceof AuthError, inspect(error));
  return error;
}

const addUser = (admin: RawClient, name: string, password: string) =>
  admin.send(["ACL", "SETUSER", name, "reset", "on", `>${password}`, "~*", "&*", "+@all"]);

test(
  "S18: a password that is refused is told at once and not tried again and again",
  { skip },
  () =>
    withPool(
      { password: "wrong" },
      async (pool, admin) => {
        const startedAt = performance.now();
        const codes = new Set<string>();
        let calls = 0;
        while (performance.now() - startedAt < 1500) {
          const errors = await Promise.all([pool.get("k"), pool.acquire(), pool.ready()].map(errorOf));
          for (const error of errors) codes.add(error.code);
          calls += errors.length;
          await pause(1);
        }
        assert.deepEqual([...codes], ["WRONGPASS"]);
        assert.ok(calls > 100, `${calls} calls`);
        const refused = await refusals(admin);
        // One at the start and one for each second gone.
        assert.ok(refused >= 1 && refused <= 3, `${refused} attempts for ${calls} calls`);
      },
      ["--requirepass", "secret"],
      "default:secret@",
    ),
);

test("S18: a pool without a password hears NOAUTH at once", { skip }, () =>
  withPool(
    {},
    async (pool) => {
      assert.equal((await errorOf(pool.get("k"))).code, "NOAUTH");
      assert.equal((await errorOf(pool.ready())).code, "NOAUTH");
    },
    ["--requirepass", "secret"],
    "default:secret@",
  ));

test("S18: a password that is set while the pool is at work is used by the next connection", { skip }, async () => {
  let password: string | undefined;
  await withPool({ credentials: () => ({ password }) }, async (pool, admin) => {
    await pool.set("k", "v");
    await admin.send(["CONFIG", "SET", "requirepass", "secret"]);
    password = "secret";
    // Who was let in stays in.
    assert.equal(await pool.get("k"), "v");
    pool.invalidate("test");
    assert.equal(await pool.get("k"), "v");
    assert.equal(await refusals(admin), 0);
  });
});

test(
  "S18: when the user is deleted callers hear of it at once; when he is back the pool is too",
  { skip },
  async () => {
    const user = { username: "app", password: "secret" };
    await withPool(user, async (pool, admin) => {
      assert.equal((await errorOf(pool.ready())).code, "WRONGPASS");
      await addUser(admin, "app", "secret");
      await waitUntil(() => whoami(pool).then((name) => name === "app", () => false));
      const before = await refusals(admin);
      await admin.send(["ACL", "DELUSER", "app"]);
      await waitUntil(() => pool.get("k").then(() => false, (error) => error instanceof AuthError));
      for (let n = 0; n < 50; n++) assert.equal((await errorOf(pool.get("k"))).code, "WRONGPASS");
      assert.ok(await refusals(admin) - before <= 3);
      await addUser(admin, "app", "secret");
      await waitUntil(() => whoami(pool).then((name) => name === "app", () => false));
    });
  },
);

test("T15: a provider that changes takes every connection along, and no command fails", { skip }, async () => {
  const credentials = new Rotating({ username: "old", password: "one" });
  await withPool({ credentials, maxSize: 4 }, async (pool, admin) => {
    await addUser(admin, "old", "one");
    await addUser(admin, "new", "two");
    await pool.ready();
    assert.equal(await whoami(pool), "old");
    const lease = await pool.acquire();
    let isOver = false;
    const failures: unknown[] = [];
    const load = Array.from({ length: 8 }, async () => {
      for (let n = 0; !isOver; n++) await pool.incr(`n${n % 10}`).catch((error: unknown) => failures.push(error));
    });
    credentials.rotate({ username: "new", password: "two" });
    await waitUntil(async () => await whoami(pool) === "new");
    assert.equal(await lease.send(["ACL", "WHOAMI"]), "old", "a lease keeps the session that it has");
    lease.release();
    const names = await Promise.all([1, 2, 3].map(() => pool.use((next) => next.send(["ACL", "WHOAMI"]))));
    assert.deepEqual(names, ["new", "new", "new"]);
    isOver = true;
    await Promise.all(load);
    assert.deepEqual(failures, []);
    const users = String(await admin.send(["CLIENT", "LIST"])).match(/\buser=\w+/g);
    assert.ok(!users!.includes("user=old"), String(users));
  });
});

test(
  "NOAUTH in the middle of a lease is its holder's own; the next one has a session of his own",
  { skip },
  () =>
    withPool({ username: "app", password: "secret" }, async (pool, admin) => {
      await addUser(admin, "app", "secret");
      await admin.send(["CONFIG", "SET", "requirepass", "other"]);
      const lease = await pool.acquire();
      await lease.send(["RESET"]);
      assert.equal((await errorOf(lease.get("k"))).code, "NOAUTH");
      lease.release();
      assert.equal(await pool.use((next) => next.send(["ACL", "WHOAMI"])), "app");
    }),
);

test(
  "T10: whatever is in a name or a password reaches the server as it is, and nothing else does",
  { skip },
  async () => {
    const password = "p\r\nFLUSHALL\r\n*1\r\n$8\r\nFLUSHALL\r\n %40:@/?#é\u{1F98A}";
    await withPool({ username: "app", password }, async (pool, admin) => {
      await addUser(admin, "app", password);
      await admin.send(["SET", "kept", "v"]);
      const key = "k\r\nDEL kept\r\n$3";
      assert.equal(await pool.set(key, password), "OK");
      assert.equal(await pool.get(key), password);
      assert.deepEqual(await admin.send(["MGET", "kept", key]), ["v", password]);
      assert.equal(await whoami(pool), "app");
      assert.doesNotMatch(String(await admin.send(["INFO", "commandstats"])), /cmdstat_flushall|cmdstat_del\b/);
      const encoded = encodeURIComponent(password);
      const byUrl = createPool(`redis://app:${encoded}@127.0.0.1:${Number(await portOf(admin))}`);
      assert.equal(await whoami(byUrl), "app");
      await byUrl.close();
    });
  },
);

async function portOf(admin: RawClient): Promise<string> {
  const config = await admin.send(["CONFIG", "GET", "port"]) as { port: string };
  return config.port;
}
