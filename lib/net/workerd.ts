/**
 * Sockets of Cloudflare's `workerd`, each of which belongs to the request that opened it.
 *
 * @module
 */
import { connect } from "cloudflare:sockets";
import type { Connector } from "./socket.ts";
import { type ApiConnect, socketsApiConnector } from "./sockets_api.ts";

/** What is used of the runtime's own pair of sockets. */
interface WebSocketPair {
  readonly 0: { readonly readyState: number };
}

/** Opens TCP sockets with `cloudflare:sockets`, and TLS with the authorities that the runtime is configured to trust. */
export const workerdConnector: Connector = socketsApiConnector(connect as ApiConnect);

/**
 * Marks the current request. Returns whether the code that asks still belongs to it.
 *
 * The runtime has no name for a request, but every object that does I/O belongs to one and refuses to be looked at from
 * another. A pair of web sockets is such an object that is made at once and connects to nothing.
 */
export function markRequest(): () => boolean {
  const { WebSocketPair } = globalThis as unknown as { WebSocketPair: new () => WebSocketPair };
  const { 0: mark } = new WebSocketPair();
  return () => {
    try {
      return mark.readyState >= 0;
    } catch {
      return false;
    }
  };
}
