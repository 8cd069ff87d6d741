import { test } from "node:test";
import assert from "node:assert/strict";
import { connectRaw, waitFor } from "./raw_client.ts";
import { listen } from "../../lib/testing/listener.ts";

test("a listener knows its open sockets and ends them", async () => {
  const listener = await listen(0, (socket) => socket.write("hi"));
  const client = await connectRaw(listener.port);
  await client.until("hi");
  assert.equal(listener.sockets.size, 1);
  await listener.close();
  await client.ended();
  await waitFor(() => listener.sockets.size === 0);
  await listener.close();
  client.destroy();
});

test("a client that breaks off does no harm", async () => {
  const listener = await listen(0, () => {});
  const client = await connectRaw(listener.port);
  await waitFor(() => listener.sockets.size === 1);
  client.socket.resetAndDestroy();
  await waitFor(() => listener.sockets.size === 0);
  await listener.close();
});
