/**
 * What a fault proxy does to the bytes that pass.
 *
 * @module
 */

/** The way bytes go: from the client to the server, or back. */
export type Direction = "toServer" | "toClient";

/** What is wrong with one direction. */
export interface DirectionFaults {
  /** Milliseconds that every chunk is late. */
  delayMs: number;
  /** Milliseconds by which the delay varies, up and down. */
  jitterMs: number;
  /** Whether nothing gets through. */
  isSwallowed: boolean;
  /** A connection breaks once so many bytes got through; a new object begins a new count. */
  cut: { readonly bytes: number } | undefined;
}

/** What is wrong with all connections of a proxy. */
export class Faults {
  /** Faults of the bytes that clients send. */
  toServer: DirectionFaults = noFaults();
  /** Faults of the bytes that the server sends. */
  toClient: DirectionFaults = noFaults();
  /** Bytes per write at most. */
  sliceSize = Infinity;
  /** Milliseconds between two writes. */
  sliceMs = 0;
  /** Bytes per millisecond and direction of each connection. */
  bandwidth = Infinity;
  /** Bytes to put between two replies of one connection, once. */
  injection: { readonly bytes: Uint8Array; readonly afterReplies: number } | undefined;

  /** Ends every fault. */
  clear(): void {
    this.toServer = noFaults();
    this.toClient = noFaults();
    this.sliceSize = this.bandwidth = Infinity;
    this.sliceMs = 0;
    this.injection = undefined;
  }
}

function noFaults(): DirectionFaults {
  return { delayMs: 0, jitterMs: 0, isSwallowed: false, cut: undefined };
}
