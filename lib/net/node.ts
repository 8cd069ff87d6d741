/**
 * Sockets of Node.js.
 *
 * @module
 */
import { connect } from "node:net";
import { type Connect, openStream, readBufferBytes } from "./open_stream.ts";
import { ownTarget } from "./own_target.ts";
import type { Connector } from "./socket.ts";

/**
 * Whether bytes are read only once they are there, and are told of before anything else is read: then one buffer serves
 * all sockets. On Windows every socket's buffer is filled whenever its bytes come.
 */
const isReadAtOnce = (globalThis as { process?: { platform?: string } }).process?.platform !== "win32";

let common: Uint8Array | undefined;

/** Opens TCP and Unix sockets with `node:net`, TLS with `node:tls`. */
export const nodeConnector: Connector = async (given, handler, signal) => {
  const target = ownTarget(given);
  const open = target.tls === undefined ? connect as Connect : await tlsConnect();
  const buffer = isReadAtOnce ? common ??= new Uint8Array(readBufferBytes) : new Uint8Array(readBufferBytes);
  return openStream(open, target, handler, signal, undefined, buffer);
};

/** Loaded when first asked for: most processes never need it, and it takes a while. */
async function tlsConnect(): Promise<Connect> {
  return (await import("node:tls")).connect as Connect;
}
