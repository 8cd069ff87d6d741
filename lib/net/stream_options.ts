/**
 * What a stream is told when it connects, in the words that the stream modules of Node, Deno and Bun share.
 *
 * Every option that could redirect the connection or weaken TLS is set, if only to `undefined`: a polluted
 * `Object.prototype` must not choose it.
 *
 * @module
 */
import { isAddress } from "./failures.ts";
import type { Target } from "./socket.ts";

/** How a stream reads: into `buffer`, telling `callback` how much of it is filled. */
export interface ReadInto {
  /** Reused for every read. */
  readonly buffer: Uint8Array;
  /** `false` stops reading. */
  readonly callback: (count: number) => boolean;
}

/** Options for a plain connection. */
export function plainOptions({ host, port, path }: Target, onread: ReadInto): object {
  const endpoint = path === undefined ? { host, port, path } : { path };
  return { ...endpoint, onread, lookup: undefined, localAddress: undefined, localPort: undefined, family: undefined };
}

/** Options for a TLS connection: verified, by name, at least version 1.2. */
export function tlsOptions(target: Target, onread: ReadInto): object {
  const { ca, cert, key, serverName, dangerouslyAllowUnverifiedTls } = target.tls ?? {};
  const name = serverName ?? target.host;
  return {
    ...plainOptions(target, onread),
    ca,
    cert,
    key,
    // Server name indication takes no addresses; the certificate is checked against `host` then.
    servername: isAddress(name) ? undefined : name,
    minVersion: "TLSv1.2",
    rejectUnauthorized: dangerouslyAllowUnverifiedTls !== true,
    socket: undefined,
    secureContext: undefined,
  };
}
