import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerFacts } from "../../lib/doctor/report.ts";
import { readServerFacts } from "../../lib/doctor/server_facts.ts";
import { createPoolWith } from "../../lib/client/create_pool.ts";
import { ConnectionLostError } from "../../lib/errors.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { createPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";

/** What is read from a server that answers INFO and CONFIG with these texts; without a text it refuses. */
async function factsOf(info: Record<string, string>, config: Record<string, string> = {}): Promise<ServerFacts> {
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => handshakeReply(args) ?? answer(args.map(String));
  };
  const answer = ([verb, first = "", second = ""]: string[]) => {
    const text = verb === "INFO" ? info[first] : config[second];
    if (text === undefined) return "-NOPERM this user may not\r\n";
    const bulk = (value: string) => `$${value.length}\r\n${value}\r\n`;
    return verb === "INFO" ? bulk(text) : `*2\r\n${bulk(second)}${bulk(text)}`;
  };
  const pool = createPoolWith(() => network.connect)({ protocol: 2 });
  try {
    return await readServerFacts(pool);
  } finally {
    await pool.destroy();
  }
}

test("the facts of a Redis are read from its sections", async () => {
  const facts = await factsOf({
    server: "# Server\r\nredis_version:8.0.1\r\nredis_mode:cluster\r\n",
    clients: "connected_clients:8\r\nmaxclients:4000\r\n",
    memory: "maxmemory:1048576\r\nmaxmemory_policy:allkeys-lfu\r\n",
    replication: "role:slave\r\n",
  }, { timeout: "300" });
  assert.deepEqual(facts, {
    product: "redis",
    version: "8.0.1",
    mode: "cluster",
    role: "slave",
    maxClients: 4000,
    connectedClients: 7,
    maxMemory: 1_048_576,
    evictionPolicy: "allkeys-lfu",
    idleTimeoutSeconds: 300,
  });
});

test("Valkey and Dragonfly are known by their own versions", async () => {
  const valkey = await factsOf({ server: "redis_version:7.2.4\r\nvalkey_version:9.0.0\r\nserver_mode:standalone\r\n" });
  assert.deepEqual([valkey.product, valkey.version, valkey.mode], ["valkey", "9.0.0", "standalone"]);
  const dragonfly = await factsOf({ server: "redis_version:7.4.0\r\ndragonfly_version:df-v1.30.0\r\n" });
  assert.deepEqual([dragonfly.product, dragonfly.version], ["dragonfly", "1.30.0"]);
});

test("older servers tell their limit of clients by CONFIG alone", async () => {
  const { maxClients } = await factsOf({ clients: "connected_clients:1\r\n" }, { maxclients: "128" });
  assert.equal(maxClients, 128);
});

test("what a server refuses to tell is left out", async () => {
  assert.deepEqual(await factsOf({}), { product: "redis" });
});

test("a connection that is lost is not taken for a refusal", async () => {
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => {
      const reply = handshakeReply(args);
      if (reply === undefined) queueMicrotask(() => socket.fail("CONN_RESET"));
      return reply ?? "";
    };
  };
  const pool = createPoolWith(() => network.connect)({ retry: false });
  try {
    await assert.rejects(readServerFacts(pool), ConnectionLostError);
  } finally {
    await pool.destroy();
  }
});

test("a real server tells all of it", { skip: skipWithoutProgram("redis") }, async () => {
  const server = await startRedis(["--maxclients", "321", "--timeout", "60", "--maxmemory", "64mb"]);
  const pool = createPool(server.url);
  try {
    const facts = await readServerFacts(pool);
    assert.equal(facts.version, server.version);
    assert.deepEqual({ ...facts, version: "" }, {
      product: "redis",
      version: "",
      mode: "standalone",
      role: "master",
      maxClients: 321,
      connectedClients: 0,
      maxMemory: 64 * 1_048_576,
      evictionPolicy: "noeviction",
      idleTimeoutSeconds: 60,
    });
  } finally {
    await pool.destroy();
    await server.stop();
  }
});
