/**
 * Sockets of Node.js.
 *
 * @module
 */
import { connect } from "node:net";
import type { Connector, SocketHandler, Target } from "./socket.ts";
import { openStream, type Stream } from "./stream_socket.ts";

/** One read buffer per socket; the kernel rarely has more ready at once. */
const readBufferBytes = 64 * 1024;

/** Opens TCP and Unix sockets with `node:net`. */
export const nodeConnector: Connector = (target, handler, signal) =>
  openStream((read) => start(target, read), target, handler, signal);

function start({ host, port, path }: Target, read: SocketHandler["data"]): Stream {
  const buffer = new Uint8Array(readBufferBytes);
  const onread = { buffer, callback: (count: number) => read(buffer.subarray(0, count)) };
  return path === undefined ? connect({ host, port, onread }) : connect({ path, onread });
}
