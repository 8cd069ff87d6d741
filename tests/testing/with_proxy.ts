import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { type FaultProxy, startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { listen } from "../../lib/testing/listener.ts";
import { connectRaw, type RawClient, waitFor } from "./raw_client.ts";

/** The server's side of a test: what came in, and the sockets. */
export interface Upstream {
  readonly sockets: Socket[];
  received: string;
  ends: number;
}

/** Runs `act` with a proxy in front of a server that only listens. */
export async function withProxy(act: (proxy: FaultProxy, upstream: Upstream) => Promise<void>): Promise<void> {
  const upstream: Upstream = { sockets: [], received: "", ends: 0 };
  const listener = await listen(0, (socket) => {
    upstream.sockets.push(socket);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => upstream.received += text);
    socket.on("end", () => upstream.ends++);
  });
  const proxy = await startFaultProxy({ targetPort: listener.port });
  try {
    await act(proxy, upstream);
  } finally {
    await proxy.close();
    await listener.close();
  }
}

/** Connects through the proxy and waits for the server's side. */
export async function open(proxy: FaultProxy, upstream: Upstream): Promise<{ client: RawClient; server: Socket }> {
  const count = upstream.sockets.length;
  const client = await connectRaw(proxy.port);
  await waitFor(() => upstream.sockets.length > count);
  return { client, server: upstream.sockets[count]! };
}

/** Waits until the server has received exactly this text. */
export async function received(upstream: Upstream, text: string): Promise<void> {
  await waitFor(() => upstream.received.length >= text.length, () => JSON.stringify(upstream.received));
  assert.equal(upstream.received, text);
}
