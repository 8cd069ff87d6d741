import { test } from "node:test";
import assert from "node:assert/strict";
import { connectRaw, waitFor } from "./raw_client.ts";
import { type Script, startScriptedServer } from "../../lib/testing/scripted_server.ts";

const ping = "*1\r\n$4\r\nPING\r\n";

/** Runs a script against one raw client; both are gone afterwards and the script must not have failed. */
async function play(
  script: Script,
  act: (client: Awaited<ReturnType<typeof connectRaw>>) => Promise<void>,
): Promise<void> {
  const server = await startScriptedServer(script);
  try {
    const client = await connectRaw(server.port);
    await act(client).finally(() => client.destroy());
  } finally {
    await server.close();
  }
}

test("a peer keeps every byte it received", async () => {
  let received: Uint8Array | undefined;
  await play(async (peer) => {
    await peer.expect("PING");
    received = peer.received;
    peer.send("+PONG\r\n");
  }, async (client) => {
    client.write(ping);
    await client.until("+PONG\r\n");
  });
  assert.equal(new TextDecoder().decode(received), ping);
});

test("the handshake is answered up to the first other command", async () => {
  await play(async (peer) => {
    await peer.handshake({ id: 5 });
    peer.send(">1\r\n$2\r\nhi\r\n");
    await peer.expect("GET", "k");
    peer.send("_\r\n");
    await peer.expect("CLIENT", "ID");
    peer.send(":6\r\n");
  }, async (client) => {
    client.write("*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n");
    await client.until(":5\r\n>1\r\n$2\r\nhi\r\n");
    client.write("*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n");
    await client.until(":5\r\n>1\r\n$2\r\nhi\r\n+OK\r\n_\r\n:6\r\n");
  });
});

test("a handshake that never comes fails the script", async () => {
  const server = await startScriptedServer((peer) => peer.handshake());
  const client = await connectRaw(server.port);
  await waitFor(() => server.peers.length === 1);
  client.destroy();
  await server.peers[0]?.ended;
  await assert.rejects(server.close(), /expected a handshake/);
});

test("answer serves every command until the client goes", async () => {
  await play((peer) => peer.answer((args) => args[0] === "PING" ? "+PONG\r\n" : undefined), async (client) => {
    client.write(`*1\r\n$4\r\nQUIT\r\n${ping}${ping}`);
    await client.until("+PONG\r\n+PONG\r\n");
  });
});

test("close sends what was written and ends both directions", async () => {
  await play((peer) => {
    peer.send("+BYE\r\n");
    peer.close();
  }, async (client) => {
    await client.until("+BYE\r\n");
    await waitFor(() => client.hasEnd);
    assert.equal(client.errorCode, undefined);
  });
});

test("after a half close commands still come in", async () => {
  let seen: string[] = [];
  await play(async (peer) => {
    peer.halfClose();
    seen = await peer.expectAny();
    peer.send("+NO\r\n");
  }, async (client) => {
    await waitFor(() => client.hasEnd);
    client.write(ping);
    await waitFor(() => seen.length > 0);
    assert.equal(client.received, "");
  });
  assert.deepEqual(seen, ["PING"]);
});

test("reset breaks the connection", async () => {
  await play(async (peer) => {
    await peer.expect("PING");
    peer.reset();
  }, async (client) => {
    client.write(ping);
    await client.closed;
    assert.equal(client.errorCode, "ECONNRESET");
  });
});

test("a paused peer reads on after resume", async () => {
  let resume = () => {};
  await play(async (peer) => {
    peer.pause();
    resume = () => peer.resume();
    await peer.expect("PING");
    peer.send("+PONG\r\n");
  }, async (client) => {
    client.write(ping);
    await waitFor(() => client.socket.bytesWritten > 0);
    assert.equal(client.received, "");
    resume();
    await client.until("+PONG\r\n");
  });
});

test("bytes that are no command fail whoever expects one", async () => {
  const server = await startScriptedServer(async (peer) => {
    await peer.expect("PING");
  });
  const client = await connectRaw(server.port);
  client.write("@\r\n");
  await client.closed;
  await assert.rejects(server.close(), /no command/);
});
