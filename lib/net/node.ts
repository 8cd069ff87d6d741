/**
 * Sockets of Node.js.
 *
 * @module
 */
import { connect } from "node:net";
import type { Connector, Target } from "./socket.ts";
import { openStream, type ReadInto, type Stream } from "./stream_socket.ts";

/** Opens TCP and Unix sockets with `node:net`. */
export const nodeConnector: Connector = (target, handler, signal) =>
  openStream((onread) => startPlain(target, onread), target, handler, signal);

function startPlain({ host, port, path }: Target, onread: ReadInto): Stream {
  return path === undefined ? connect({ host, port, onread }) : connect({ path, onread });
}
