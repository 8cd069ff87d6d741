/**
 * What a runtime brings to a pool besides its sockets.
 *
 * @module
 */

import type { TracingChannels } from "../observability/tracing.ts";

/** A way to make text of UTF-8 bytes. */
export interface TextDecoding {
  (bytes: Uint8Array, from: number, to: number): string;
  /** Text of more bytes than this is better made at once, in memory of the allocator, than of pieces. */
  longestInPieces?: number;
}

/** What a runtime brings to a pool besides its sockets; each part only where there is something to bring. */
export interface Platform {
  /** The URL that the environment names, for pools that are told of no server. */
  environmentUrl?: () => string | undefined;
  /** Makes text of UTF-8 bytes faster than `TextDecoder` does, and the same text. */
  decodeText?: TextDecoding | undefined;
  /** Has the allocator keep freed memory for the next large values. Called whenever one comes in that needs it. */
  keepMemory?: (() => void) | undefined;
  /**
   * Runs a callback in the next turn of the event loop, which looks for bytes first and does not sleep. Absent where
   * turns do not look for bytes each time.
   */
  nextTurn?: ((callback: () => void) => void) | undefined;
  /**
   * Marks the request that is being served, on runtimes whose sockets die with their request. Returns whether the code
   * that asks still belongs to that request. Throws outside of any request.
   */
  markRequest?: () => () => boolean;
  /** The channels on which operations are told to tracers. */
  tracingChannels?: () => TracingChannels | undefined;
}
