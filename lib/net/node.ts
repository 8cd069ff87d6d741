/**
 * Sockets of Node.js.
 *
 * @module
 */
import { connect } from "node:net";
import { type Connect, openStream } from "./open_stream.ts";
import { ownTarget } from "./own_target.ts";
import type { Connector } from "./socket.ts";

/** Opens TCP and Unix sockets with `node:net`, TLS with `node:tls`. */
export const nodeConnector: Connector = async (given, handler, signal) => {
  const target = ownTarget(given);
  return openStream(target.tls === undefined ? connect as Connect : await tlsConnect(), target, handler, signal);
};

/** Loaded when first asked for: most processes never need it, and it takes a while. */
async function tlsConnect(): Promise<Connect> {
  return (await import("node:tls")).connect as Connect;
}
