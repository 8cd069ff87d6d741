import { test } from "node:test";
import assert from "node:assert/strict";
import { connectRaw, waitFor } from "./raw_client.ts";
import { startScriptedServer } from "../../lib/testing/scripted_server.ts";

test("a script expects commands and sends bytes", async () => {
  const server = await startScriptedServer(async (peer) => {
    await peer.expect("PING");
    peer.send("+PO", "NG\r\n");
    assert.deepEqual(await peer.expectAny(), ["GET", "k"]);
    peer.send(new Uint8Array([36, 45, 49, 13, 10]));
  });
  assert.equal(server.url, `redis://127.0.0.1:${server.port}`);
  const client = await connectRaw(server.port);
  client.write("*1\r\n$4\r\nping\r\n");
  await client.until("+PONG\r\n");
  client.write("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
  await client.until("+PONG\r\n$-1\r\n");
  client.destroy();
  await server.close();
  assert.equal(server.failure, undefined);
});

test("the script knows which connection it plays", async () => {
  const server = await startScriptedServer((peer) => peer.send(`:${peer.index}\r\n`));
  const first = await connectRaw(server.port);
  await first.until(":0\r\n");
  const second = await connectRaw(server.port);
  await second.until(":1\r\n");
  assert.equal(server.peers.length, 2);
  first.destroy();
  second.destroy();
  await server.close();
});

test("another command than expected resets the connection and fails the server", async () => {
  const server = await startScriptedServer(async (peer) => {
    await peer.expect("PING");
  });
  const client = await connectRaw(server.port);
  client.write("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
  await client.ended();
  client.destroy();
  assert.match(String(server.failure), /expected PING, got GET k/);
  await assert.rejects(server.close(), /expected PING, got GET k/);
});

test("a script that still expects a command when its client goes has failed", async () => {
  const server = await startScriptedServer(async (peer) => {
    await peer.expect("PING");
  });
  const client = await connectRaw(server.port);
  await waitFor(() => server.peers.length === 1);
  client.destroy();
  await server.peers[0]?.ended;
  await assert.rejects(server.close(), /expected PING, but/);
});

test("once its script is done, a connection ends with its client", async () => {
  const server = await startScriptedServer((peer) => peer.answer(() => undefined));
  const client = await connectRaw(server.port);
  client.socket.end();
  await client.closed;
  await server.peers[0]?.ended;
  assert.equal(client.errorCode, undefined);
  await server.close();
});

test("closing is done once and ends open connections", async () => {
  const server = await startScriptedServer((peer) => peer.answer(() => "+OK\r\n"));
  const client = await connectRaw(server.port);
  client.write("*1\r\n$4\r\nPING\r\n");
  await server.close();
  await server.close();
  await client.ended();
  client.destroy();
  await assert.rejects(connectRaw(server.port));
});

test("a port that is taken is refused with the system's error", async () => {
  const server = await startScriptedServer(() => {});
  await assert.rejects(startScriptedServer(() => {}, { port: server.port }), { code: "EADDRINUSE" });
  await server[Symbol.asyncDispose]();
});
