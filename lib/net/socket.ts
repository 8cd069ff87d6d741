/**
 * The contract between a connection and the runtime's sockets. An adapter implements `Connector`; everything
 * above it sees only these types.
 *
 * @module
 */

/** Trust and identity for TLS, in words every runtime shares. Certificates and keys are PEM text. */
export interface TlsOptions {
  /** Certificates to trust instead of the runtime's own. */
  ca?: string | string[] | undefined;
  /** The client's own certificate chain, for mutual TLS. */
  cert?: string | undefined;
  /** The private key of `cert`. */
  key?: string | undefined;
  /** The name to send and to check; the host when left out. */
  serverName?: string | undefined;
  /** Accept any certificate. Whoever is on the path can then read and change everything. */
  dangerouslyAllowUnverifiedTls?: boolean | undefined;
}

/** Where to connect and how. Either `host` and `port`, or `path`. */
export interface Target {
  /** Name or address; IPv6 without brackets. */
  host: string;
  /** TCP port. */
  port: number;
  /** Path of a Unix socket; when given, `host` and `port` are not used. */
  path?: string | undefined;
  /** TLS options; absent means a plain connection. */
  tls?: TlsOptions | undefined;
  /** Send small segments at once. */
  noDelay: boolean;
  /** Milliseconds of silence before the kernel probes the peer; 0 leaves it off. */
  keepAliveMs: number;
}

/** What a socket reports. Calls never overlap; `close` is the last one and comes exactly once. */
export interface SocketHandler {
  /**
   * Bytes arrived. `chunk` is the adapter's own read buffer: valid only until this call returns.
   * Returning `false` stops reading until `Socket.resume()`.
   */
  data(chunk: Uint8Array): boolean;
  /** The bytes of the last `write` that returned `false` are gone; the next `write` may follow. */
  drain(): void;
  /**
   * The socket is gone, by either side; a peer that only stops writing counts as gone. `error` says why when it was not
   * an orderly end: a `ConnectionLostError`, or a `TlsError` when the peer refused our certificate after the opening.
   */
  close(error?: unknown): void;
}

/** An open socket. */
export interface Socket {
  /**
   * Hands the first `length` bytes over, all of them when left out: a view for each write costs more than the rest of
   * it on some runtimes. `true`: they are taken and the buffer is the caller's again. `false`: the socket still reads
   * from it; no other `write` may follow before `drain`. After `close` it does nothing and returns `true`.
   */
  write(bytes: Uint8Array, length?: number): boolean;
  /** Reads on after `data` returned `false`. */
  resume(): void;
  /** Keeps the process alive while the socket is open. A new socket is ref'd. */
  ref(): void;
  /** Lets the process end though the socket is open. */
  unref(): void;
  /** Ends the socket at once; `close` follows, never from within this call. Doing it twice does nothing. */
  destroy(): void;
}

/**
 * Opens a socket. Rejects with `ConnectError` or `TlsError`, or with the signal's reason once it fires; a reason that is
 * a `ConnectError` without a phase is told how far the opening had come. A socket that opens too late is destroyed by
 * the connector. `handler` hears nothing before the promise resolves except data that came with the opening, and nothing
 * at all when it rejects.
 */
export type Connector = (target: Target, handler: SocketHandler, signal: AbortSignal) => Promise<Socket>;
