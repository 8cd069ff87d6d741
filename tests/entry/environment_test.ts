/** A pool that is told of no server asks the environment, and nothing else does. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { createPoolWith } from "../../lib/client/create_pool.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { ArgumentError } from "../../lib/errors.ts";
import type { Target } from "../../lib/net/socket.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { echoReply } from "../support/oracles.ts";

/** Makes a pool where the environment names `url`, and gives the place it connects to. */
async function placeOf(url: string | undefined, make: (create: Create) => RedisPool): Promise<Target> {
  const network = new FaultyConnector();
  network.onSocket = (socket) => socket.answer = (args) => echoReply(args);
  const create = createPoolWith(() => network.connect, { environmentUrl: () => url });
  const pool = make((...args) => create(...args as []));
  const ready = pool.ready();
  await clock.settle();
  await ready;
  const [target] = network.targets;
  const ended = pool.destroy();
  await clock.settle();
  await ended;
  return target!;
}

type Create = (first?: string | RedisPoolOptions, second?: RedisPoolOptions) => RedisPool;
const clock = new FakeClock();

test("the environment names the server of a pool that is told of none", async () => {
  const { host, port, tls } = await placeOf("redis://there.example:7000/2", (create) => create({ clock }));
  assert.deepEqual([host, port, tls], ["there.example", 7000, undefined]);
  assert.deepEqual((await placeOf("rediss://there.example", (create) => create({ clock }))).tls, {});
});

test("without a word of the environment it is localhost", async () => {
  const { host, port } = await placeOf(undefined, (create) => create({ clock }));
  assert.deepEqual([host, port], ["localhost", 6379]);
});

test("a URL, a host, a port or a path means that the environment is not asked", async () => {
  const elsewhere = "redis://user:secret@elsewhere.example:7000";
  const places = [
    await placeOf(elsewhere, (create) => create("redis://here.example", { clock })),
    await placeOf(elsewhere, (create) => create({ clock, host: "here.example" })),
    await placeOf(elsewhere, (create) => create({ clock, port: 7001 })),
    await placeOf(elsewhere, (create) => create({ clock, path: "/run/redis.sock" })),
  ];
  const expected = [
    ["here.example", 6379, undefined],
    ["here.example", 6379, undefined],
    ["localhost", 7001, undefined],
    ["localhost", 6379, "/run/redis.sock"],
  ];
  assert.deepEqual(places.map(({ host, port, path }) => [host, port, path]), expected);
});

test("other options rule over what the environment says", async () => {
  const place = await placeOf(
    "rediss://there.example",
    (create) => create({ clock, tls: { serverName: "a.example" } }),
  );
  const nothingElse = { ca: undefined, cert: undefined, key: undefined, dangerouslyAllowUnverifiedTls: false };
  assert.deepEqual(place.tls, { ...nothingElse, serverName: "a.example" });
});

test("T07: an unusable URL of the environment is told without its text", () => {
  const create = createPoolWith(() => new FaultyConnector().connect, {
    environmentUrl: () => "http://user:canary@there.example",
  });
  assert.throws(() => create(), (error: unknown) => {
    assert.ok(error instanceof ArgumentError);
    assert.equal(error.code, "INVALID_URL");
    assert.ok(!inspect(error, { depth: 20 }).includes("canary"));
    return true;
  });
});

if ("Deno" in globalThis) {
  test("Deno that may not read the environment is not asked whether it may", async () => {
    const script = fileURLToPath(new URL("environment_child.ts", import.meta.url));
    const env = { ...process.env, REDIS_URL: "nonsense" };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["run", "--no-check", script], { env });
    assert.deepEqual([stdout, stderr], ["10\n", ""]);
  });
}
