/**
 * How each runtime makes text of bytes fastest, as its adapter hands it to the decoder.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type DecodeText, decodeText } from "../../lib/resp/text.ts";

const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice(this: Uint8Array, from: number, to: number): string;
};

/** Above this many bytes Deno's own decoder is faster than its `Buffer`. */
const longestOnDeno = 256;

/** The runtime's fastest way. */
export const nativeText: DecodeText = "Deno" in globalThis
  ? (bytes, from, to) => (to - from < longestOnDeno ? utf8Slice.call(bytes, from, to) : decodeText(bytes, from, to))
  : (bytes, from, to) => utf8Slice.call(bytes, from, to);
