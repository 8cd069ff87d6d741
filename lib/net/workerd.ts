/**
 * Sockets of Cloudflare's `workerd`.
 *
 * @module
 */
import { connect } from "cloudflare:sockets";
import type { Connector } from "./socket.ts";
import { type ApiConnect, socketsApiConnector } from "./sockets_api.ts";

/** Opens TCP sockets with `cloudflare:sockets`, and TLS with the authorities that the runtime is configured to trust. */
export const workerdConnector: Connector = socketsApiConnector(connect as ApiConnect);
