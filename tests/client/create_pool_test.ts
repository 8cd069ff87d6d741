import assert from "node:assert/strict";
import { test } from "node:test";
import { createPoolWith } from "../../lib/client/create_pool.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { Target } from "../../lib/net/socket.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";

/** A `createPool` that notes where its pools connect to. */
function noted(environment?: string) {
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => handshakeReply(args) ?? "+OK\r\n";
  };
  let adapters = 0;
  const adapter = () => {
    adapters++;
    return network.connect;
  };
  const createPool = createPoolWith(adapter, { environmentUrl: () => environment });
  const targetOf = async (first?: string | URL | RedisPoolOptions, options?: RedisPoolOptions): Promise<Target> => {
    const pool = createPool(first as string, options);
    await pool.ready();
    await pool.destroy();
    return network.targets[network.targets.length - 1]!;
  };
  return { adapters: () => adapters, createPool, network, targetOf };
}

const place = ({ host, port, path }: Target) => [host, port, path];

test("a pool is made of a URL as text or object, of options, of both, or of nothing", async () => {
  const { targetOf } = noted();
  assert.deepEqual(place(await targetOf("redis://cache:7000")), ["cache", 7000, undefined]);
  assert.deepEqual(place(await targetOf(new URL("redis://cache:7000"))), ["cache", 7000, undefined]);
  assert.deepEqual(place(await targetOf({ host: "cache", port: 7000 })), ["cache", 7000, undefined]);
  assert.deepEqual(place(await targetOf("redis://cache:7000", { port: 7001 })), ["cache", 7001, undefined]);
  assert.deepEqual(place(await targetOf()), ["localhost", 6379, undefined]);
  assert.equal((await targetOf("unix:/run/redis.sock")).path, "/run/redis.sock");
});

test("the environment names the server only when nobody else does", async () => {
  const { targetOf } = noted("redis://elsewhere:7777");
  assert.deepEqual(place(await targetOf()), ["elsewhere", 7777, undefined]);
  assert.deepEqual(place(await targetOf({ maxSize: 3 })), ["elsewhere", 7777, undefined]);
  assert.deepEqual(place(await targetOf({ host: "here" })), ["here", 6379, undefined]);
  assert.deepEqual(place(await targetOf("redis://there")), ["there", 6379, undefined]);
});

test("nothing is opened before it is needed", async () => {
  const { createPool, network } = noted();
  const pool = createPool("redis://cache");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(network.targets.length, 0);
  await pool.ping();
  assert.equal(network.targets.length, 1);
  await pool.close();
});

test("a connector among the options takes the adapter's place", async () => {
  const { adapters, createPool, network } = noted();
  const own = new FaultyConnector();
  own.onSocket = (socket) => {
    socket.answer = (args) => handshakeReply(args) ?? "+OK\r\n";
  };
  const pool = createPool({ connector: own.connect });
  await pool.ready();
  assert.deepEqual([adapters(), network.targets.length, own.targets.length], [0, 0, 1]);
  await pool.close();
});
