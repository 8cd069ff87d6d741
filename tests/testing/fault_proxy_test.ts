import { test } from "node:test";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connectRaw, waitFor } from "./raw_client.ts";
import { open, received, withProxy } from "./with_proxy.ts";

test("without faults every byte passes both ways and is counted", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    client.write("\x00ping\xff");
    await received(upstream, "\x00ping\xff");
    server.write("pong");
    await client.until("pong");
    assert.deepEqual(proxy.stats, { accepted: 1, open: 1, toServer: 6, toClient: 4 });
    client.socket.end();
    await waitFor(() => upstream.ends === 1);
    server.end();
    await client.closed;
    await waitFor(() => proxy.stats.open === 0);
  });
});

test("cutAfter lets so many bytes of each connection through, then resets it", async () => {
  await withProxy(async (proxy, upstream) => {
    const first = await open(proxy, upstream);
    first.server.write("before");
    await first.client.until("before");
    proxy.cutAfter("toClient", 3);
    const second = await open(proxy, upstream);
    for (const { server } of [first, second]) server.write("abcdef");
    await Promise.all([first.client.ended(), second.client.ended()]);
    for (const { client } of [first, second]) {
      assert.ok("beforeabc".endsWith(client.received) || client.received === "");
    }
    assert.equal(proxy.stats.toClient, 12);
    proxy.cutAfter("toServer", 2);
    const third = await open(proxy, upstream);
    third.client.write("xyz");
    await third.client.closed;
    assert.equal(third.client.errorCode, "ECONNRESET");
    await waitFor(() => upstream.received === "xy" || third.server.destroyed);
    assert.equal(proxy.stats.toServer, 2);
  });
});

test("swallow hides bytes and ends until the proxy heals", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.swallow("toServer");
    client.write("lost");
    client.socket.end();
    server.write("still here");
    await client.until("still here");
    await sleep(20);
    assert.equal(upstream.received, "");
    assert.equal(upstream.ends, 0);
    await proxy.heal();
    await waitFor(() => upstream.ends === 1);
    assert.equal(upstream.received, "");
  });
});

test("reset breaks both sides", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.reset();
    await client.closed;
    assert.equal(client.errorCode, "ECONNRESET");
    await waitFor(() => server.destroyed);
  });
});

test("fin ends both sides in order", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client } = await open(proxy, upstream);
    proxy.fin();
    await waitFor(() => client.hasEnd && upstream.ends === 1);
    assert.equal(client.errorCode, undefined);
  });
});

test("after a half close the client's bytes still reach the server", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.halfClose();
    await waitFor(() => client.hasEnd);
    client.write("late");
    await received(upstream, "late");
    assert.equal(upstream.ends, 0);
    server.write("unheard");
    assert.equal(client.received, "");
  });
});

test("refuse refuses new connections, keeps open ones, and heals on the same port", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.refuse();
    await assert.rejects(connectRaw(proxy.port), { code: "ECONNREFUSED" });
    server.write("open");
    await client.until("open");
    await proxy.heal();
    await open(proxy, upstream);
    assert.equal(proxy.stats.accepted, 2);
  });
});

test("acceptNoReply accepts and stays silent until the proxy heals", async () => {
  await withProxy(async (proxy, upstream) => {
    const before = await open(proxy, upstream);
    proxy.acceptNoReply();
    const silent = await connectRaw(proxy.port);
    silent.write("hello?");
    await waitFor(() => proxy.stats.open === 2);
    before.server.write("fine");
    await before.client.until("fine");
    assert.equal(upstream.sockets.length, 1);
    await proxy.heal();
    await silent.closed;
    assert.equal(silent.received, "");
    await open(proxy, upstream);
  });
});

test("closing twice does no harm and ends what is open", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    await proxy.close();
    await proxy[Symbol.asyncDispose]();
    await waitFor(() => server.destroyed || upstream.ends === 1);
    await client.ended();
    await assert.rejects(connectRaw(proxy.port));
  });
});
