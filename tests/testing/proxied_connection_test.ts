import { test } from "node:test";
import assert from "node:assert/strict";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { listen } from "../../lib/testing/listener.ts";
import { connectRaw, waitFor } from "./raw_client.ts";
import { open, withProxy } from "./with_proxy.ts";

test("inject sends its bytes once, behind so many replies", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.inject("+EXTRA\r\n", 2);
    server.write("$2\r\nab\r\n>1\r\n+push\r\n+OK\r\n:1\r\n:2\r\n");
    await client.until("$2\r\nab\r\n>1\r\n+push\r\n+OK\r\n+EXTRA\r\n:1\r\n:2\r\n");
  });
});

test("inject without replies goes to the oldest open connection, between its replies", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    const other = await open(proxy, upstream);
    proxy.inject("+NOW\r\n");
    await client.until("+NOW\r\n");
    other.server.write("$2\r\na");
    await other.client.until("$2\r\na");
    server.write("$2\r\na");
    await client.until("+NOW\r\n$2\r\na");
    proxy.inject(new Uint8Array([35]));
    server.write("b\r\n:1\r\n");
    await client.until("+NOW\r\n$2\r\nab\r\n#:1\r\n");
    assert.equal(other.client.received, "$2\r\na");
  });
});

test("inject without a connection goes to the next one as soon as it is accepted", async () => {
  await withProxy(async (proxy, upstream) => {
    proxy.inject("+HI\r\n");
    const { client } = await open(proxy, upstream);
    await client.until("+HI\r\n");
    const next = await open(proxy, upstream);
    next.server.write(":1\r\n");
    await next.client.until(":1\r\n");
  });
});

test("the end of either side reaches the other", async () => {
  await withProxy(async (proxy, upstream) => {
    const first = await open(proxy, upstream);
    first.server.end("bye");
    await first.client.until("bye");
    await waitFor(() => first.client.hasEnd);
    const second = await open(proxy, upstream);
    second.server.resetAndDestroy();
    await second.client.closed;
    assert.equal(second.client.errorCode, "ECONNRESET");
    const third = await open(proxy, upstream);
    third.client.socket.resetAndDestroy();
    await waitFor(() => third.server.destroyed);
  });
});

test("a server that is down resets the client", async () => {
  const listener = await listen(0, () => {});
  await listener.close();
  const proxy = await startFaultProxy({ targetPort: listener.port });
  try {
    const client = await connectRaw(proxy.port).catch(() => undefined);
    await client?.closed;
    await waitFor(() => proxy.stats.open === 0);
  } finally {
    await proxy.close();
  }
});
