/**
 * Bytes to text, the fast way for each length.
 *
 * @module
 */

// Without `ignoreBOM` a value that starts with U+FEFF would lose it.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Below this many bytes a loop over ASCII beats the call into the runtime's decoder on all three runtimes. */
const shortText = 24;

/** The text of `bytes` from `start` up to `end`; bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > shortText) return utf8.decode(bytes.subarray(start, end));
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte > 127) return utf8.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
