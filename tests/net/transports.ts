/** The kinds of connection that one suite runs over. */
import type net from "node:net";
import path from "node:path";
import tls from "node:tls";
import type { Target } from "../../lib/net/socket.ts";
import { certificates, noOpenssl } from "./certificates.ts";
import { targetOf, withFolder, withListener, withServer } from "./helpers.ts";

/** How to serve and how to reach it. */
export interface Transport {
  readonly name: string;
  /** Why it cannot be had here, or `false`. */
  readonly skip: string | false;
  /** Runs `body` with the target of a server whose connections get `serve`. */
  withServer(
    serve: (peer: net.Socket) => void,
    body: (target: Target) => Promise<void>,
    options?: net.ServerOpts,
  ): Promise<void>;
}

const loopback = { host: "127.0.0.1", port: 0 };

/** TCP on loopback. */
export const tcp: Transport = {
  name: "TCP",
  skip: false,
  withServer: (serve, body, options) => withServer(serve, (port) => body(targetOf(port)), loopback, options),
};

/** A Unix socket in a folder of its own. */
export const unix: Transport = {
  name: "Unix",
  skip: false,
  withServer: (serve, body, options) =>
    withFolder((folder) => {
      const file = path.join(folder, "redis.sock");
      return withServer(serve, () => body(targetOf(0, { path: file })), { path: file }, options);
    }),
};

/** TLS on loopback, with an authority that the target trusts. */
export const secure: Transport = {
  name: "TLS",
  skip: noOpenssl,
  async withServer(serve, body, options) {
    const { ca, server } = await certificates();
    const listener = tls.createServer({ ...server, ...options });
    listener.on("tlsClientError", () => {});
    const target = (port: number) => targetOf(port, { tls: { ca } });
    await withListener(listener, "secureConnection", loopback, serve, (port) => body(target(port)));
  },
};
