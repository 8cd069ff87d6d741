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
// Without `ignoreBOM` a text that starts with U+FEFF would lose it.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A copy of the bytes that nobody else holds. */
export function toBytes(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return typeof bytes === "string" ? encoder.encode(bytes) : new Uint8Array(bytes);
}

/** Text with one character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  let text = "";
  // A call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

/** Text with one character per byte, read as UTF-8. */
export function utf8FromLatin1(text: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return decoder.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
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
