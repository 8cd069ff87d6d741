/**
 * Bytes as a test writes them down.
 *
 * @module
 */

/** Bytes, or text that becomes UTF-8. */
export type Bytes = string | Uint8Array;

/** The answer to one command; nothing is sent for `undefined`. */
export type Answer = (args: string[]) => Bytes | undefined;

const encoder = new TextEncoder();

/** A copy of the bytes that nobody else holds. */
export function toBytes(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return typeof bytes === "string" ? encoder.encode(bytes) : new Uint8Array(bytes);
}

/** The pieces in one. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
