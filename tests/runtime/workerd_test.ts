/** Pools in the real workerd, where a socket belongs to the request that opened it. Node alone asks. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { certificates, noOpenssl } from "../net/certificates.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { type OwnServer, startRedis } from "../support/servers.ts";
import { skipWithout } from "../support/tools.ts";
import { waitUntil } from "../support/wait_until.ts";
import { packed, vendor } from "./packed.ts";
import { withTlsRedis } from "./tls_redis.ts";
import { withWorkerd } from "./workerd_server.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
const skip = skipWithout("workerd", "deno") || skipWithoutProgram("redis");

/** What a worker answers. */
type Answer = Record<string, unknown>;

/** Asks a worker; `body` is handed to it. */
type Ask = (route: string, body?: object) => Promise<Answer>;

/** Runs routes of a worker with the vendored file; `scope` is what its module does before any request. */
async function withRoutes(
  routes: string,
  body: (ask: Ask, server: OwnServer) => Promise<void>,
  { scope = "", ca }: { scope?: string; ca?: string } = {},
): Promise<void> {
  const server = await startRedis();
  const worker = `import { createPool } from "./respool.js";
const url = "${server.url}";
const told = ({ name, code, argument, message }) => ({ name, code, argument, message });
let shared = createPool(url);
let kept;
${scope}
const routes = {${routes}};
export default {
  async fetch(request) {
    const options = await request.json();
    const { pathname } = new URL(request.url);
    return Response.json(await routes[pathname.slice(1)](options).catch(told));
  },
};`;
  const respool = await readFile(path.join(await vendor("workerd"), "respool.js"), "utf8");
  try {
    await withWorkerd({ modules: { "worker.js": worker, "respool.js": respool }, ca }, (url) => {
      const ask: Ask = async (route, options = {}) => {
        const answer = await fetch(`${url}/${route}`, { method: "POST", body: JSON.stringify(options) });
        return await answer.json() as Answer;
      };
      return body(ask, server);
    });
  } finally {
    await server.stop();
  }
}

/** The connections that a server has, without our own. */
async function connections(client: RawClient): Promise<number> {
  return String(await client.send(["CLIENT", "LIST"])).trim().split("\n").length - 1;
}

if (isNode) {
  test("T18: a pool per request serves any number of requests and ends with each", { skip }, () =>
    withRoutes(
      `
      async count() {
        const pool = createPool(url);
        const [n] = await Promise.all([pool.incr("n"), pool.ping(), pool.use((lease) => lease.ping())]);
        const { maxSize } = pool.stats();
        return { n, maxSize };
      },`,
      async (ask, server) => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => ask("count")));
        assert.deepEqual(answers.map(({ n }) => Number(n)).sort((a, b) => a - b), answers.map((_, n) => n + 1));
        assert.ok(answers.every(({ maxSize }) => maxSize === 4));
        const client = await RawClient.connect(server.url);
        await waitUntil(async () => await connections(client) === 0);
        client.close();
      },
    ));

  test("T18: a pool that another request uses says so at once instead of hanging", { skip }, () =>
    withRoutes(
      `
      async first() {
        kept = await shared.acquire();
        return { value: await shared.set("k", "v"), held: await kept.get("k") };
      },
      async command() { return { value: await shared.get("k") }; },
      async pipeline() { return { value: await shared.pipeline().get("k").exec() }; },
      async acquire() { return { value: String(await shared.acquire()) }; },
      async lease() { return { value: await kept.get("k") }; },
      async close() { await shared.destroy(); return { closed: true }; },`,
      async (ask) => {
        assert.deepEqual(await ask("first"), { value: "OK", held: "v" });
        for (const route of ["command", "pipeline", "acquire", "lease", "command"]) {
          const startedAt = performance.now();
          const { name, code, message } = await ask(route);
          assert.deepEqual([name, code], ["LeaseError", "CROSS_REQUEST"], route);
          assert.match(String(message), /one pool per request/);
          assert.ok(performance.now() - startedAt < 2000, "at once");
        }
        assert.deepEqual(await ask("close"), { closed: true });
      },
    ));

  test("T18: before any request a pool can be made, and says that it cannot be used yet", { skip }, () =>
    withRoutes(
      `async early() { return { early, later: await shared.ping() }; },`,
      async (ask) => {
        const { early, later } = await ask("early") as { early: Answer; later: string };
        assert.deepEqual([early.name, early.code, later], ["LeaseError", "CROSS_REQUEST", "PONG"]);
      },
      { scope: `let early; createPool(url).get("k").catch((error) => early = told(error));` },
    ));

  test("what workerd does not have is refused by the option's name", { skip: skip || noOpenssl }, async () => {
    const { ca, client: { cert, key } } = await certificates();
    await withRoutes(
      `async open({ options }) { return { pong: await createPool(options).ping() }; },`,
      async (ask) => {
        const refused: [object, string][] = [
          [{ path: "/run/redis.sock" }, "path"],
          [{ tls: { ca } }, "tls.ca"],
          [{ tls: { cert, key } }, "tls.cert"],
          [{ tls: { dangerouslyAllowUnverifiedTls: true } }, "tls.dangerouslyAllowUnverifiedTls"],
        ];
        for (const [options, argument] of refused) {
          const told = await ask("open", { options });
          assert.deepEqual([told.name, told.code, told.argument], ["ArgumentError", "INVALID_OPTION", argument]);
        }
      },
    );
  });

  test(
    "T01: workerd refuses a server that its own configuration does not trust",
    { skip: skip || noOpenssl },
    async () => {
      const { server: identity, other, ca } = await certificates();
      await withRoutes(
        `async open({ port }) { return { pong: await createPool({ port, tls: true }).ping() }; },`,
        async (ask) => {
          for (const [shown, code] of [[identity, undefined], [other, "TLS_HANDSHAKE"]] as const) {
            await withTlsRedis(shown, async (port) => assert.equal((await ask("open", { port })).code, code));
          }
        },
        { ca },
      );
      await withRoutes(
        `async open({ port }) { return { pong: await createPool({ port, tls: true }).ping() }; },`,
        (ask) =>
          withTlsRedis(identity, async (port) => assert.equal((await ask("open", { port })).code, "TLS_HANDSHAKE")),
      );
    },
  );

  test("the main door in workerd names the door to take", { skip }, async () => {
    const { folder, files } = await packed();
    const modules: Record<string, string> = {
      "worker.js": `import { createPool } from "./mod.js";
export default { fetch() { try { createPool("redis://h"); } catch ({ message }) { return new Response(message); } } };`,
    };
    for (const file of files.filter((file) => file.endsWith(".js") && !file.startsWith("lib/testing"))) {
      modules[file] = await readFile(path.join(folder, file), "utf8");
    }
    await withWorkerd({ modules }, async (url) => assert.match(await (await fetch(url)).text(), /\.\/workerd/));
  });
}
