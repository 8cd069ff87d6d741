/**
 * Every bound on what a peer may send. Bytes from the wire are untrusted: no header makes the decoder allocate
 * more than arrived, and each limit here ends the connection when it is passed.
 *
 * @module
 */

/** Bounds on replies. A limit of 0 is off. */
export interface Limits {
  /** Aggregates within aggregates. Default 128, hiredis allows 9 to 1024. */
  depth: number;
  /** Bytes of one bulk, verbatim or streamed string. Default 512 MiB, the server's own `proto-max-bulk-len`. */
  bulk: number;
  /** Bytes of one line: simple strings, errors. Default 512 MiB; a Lua status reply is as long as its script makes it. */
  line: number;
  /** Values in one aggregate; a map counts keys and values. Default 2^32 - 1, the longest JavaScript array. */
  elements: number;
  /** Digits of one big number. Default 65 536; conversion grows with the square of the length. */
  digits: number;
  /** Bytes of one whole reply. Default 0: no limit. */
  reply: number;
}

/** The limits of a decoder that was given none. */
export const defaultLimits: Limits = {
  depth: 128,
  bulk: 512 * 1024 * 1024,
  line: 512 * 1024 * 1024,
  elements: 2 ** 32 - 1,
  digits: 65_536,
  reply: 0,
};
