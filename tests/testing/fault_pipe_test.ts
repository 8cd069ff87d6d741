import { test } from "node:test";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "./raw_client.ts";
import { open, received, withProxy } from "./with_proxy.ts";

test("megabytes pass unchanged in slices that vary", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    const text = Array.from({ length: 400_000 }, (_, i) => `${i},`).join("");
    proxy.slice(40_001);
    server.write(text);
    client.write(text);
    await waitFor(() => client.received.length > 1_000_000);
    proxy.slice(100_000, 1);
    await waitFor(() => client.received.length === text.length && upstream.received.length === text.length);
    assert.ok(client.received === text && upstream.received === text);
    assert.equal(proxy.stats.toClient, text.length);
  });
});

test("delay makes one direction late and keeps the order", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.delay("toClient", 60, 50);
    let text = "";
    for (let i = 0; i < 10; i++) {
      server.write(`${i};`);
      text += `${i};`;
      await sleep(5);
    }
    client.write("prompt");
    await received(upstream, "prompt");
    await client.until(text);
    proxy.delay("toClient", 80);
    const start = performance.now();
    server.write("late");
    text += "late";
    await client.until(text);
    assert.ok(performance.now() - start > 75);
    proxy.delay("toClient", 60_000);
    server.write("now");
    await sleep(20);
    assert.equal(client.received, text);
    await proxy.heal();
    await client.until(`${text}now`);
  });
});

test("slice hands on small pieces", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    const sizes: number[] = [];
    client.socket.on("data", (text) => sizes.push(text.length));
    proxy.slice(2, 2);
    server.write("0123456789");
    await client.until("0123456789");
    assert.ok(sizes.length > 1, `came in ${sizes}`);
  });
});

test("bandwidth bounds the rate", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client, server } = await open(proxy, upstream);
    proxy.bandwidth(100);
    const start = performance.now();
    server.write("x".repeat(15_000));
    await client.until("x".repeat(15_000));
    // The last piece of 20 ms is not waited for.
    assert.ok(performance.now() - start > 120);
  });
});

test("bytes that wait are bounded: the client has to wait as well", async () => {
  await withProxy(async (proxy, upstream) => {
    const { client } = await open(proxy, upstream);
    proxy.delay("toServer", 60_000);
    const size = 64 * 1024 * 1024;
    client.socket.write(new Uint8Array(size));
    await sleep(200);
    assert.ok(client.socket.writableLength > 0, "everything was taken");
    await proxy.heal();
    await waitFor(() => upstream.received.length === size, () => `${upstream.received.length} of ${size}`);
  });
});
