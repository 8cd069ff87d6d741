/**
 * Why a reply that is well framed cannot be delivered as its caller wants it. The stream goes on behind it.
 *
 * @module
 */
import { DecodeError } from "../errors.ts";

/** A map has a key that cannot be the key of an object. */
export function badMapKey(): DecodeError {
  const remedy = 'read it with replies: { map: "map" } or "pairs"';
  return make("BAD_MAP_KEY", `a map has a key that is no scalar; ${remedy}`);
}

/** A string has more characters than the runtime's strings can have. */
export function textTooLong(length: number): DecodeError {
  const remedy = 'read it with replies: { strings: "bytes" }';
  return make("DECODE_STRING_TOO_LONG", `a text of ${length} bytes is longer than strings can be; ${remedy}`);
}

/** The caller's own hook threw. */
export function hookThrew(cause: unknown): DecodeError {
  return make("DECODE_TRANSFORM", "onAttribute threw", cause);
}

function make(code: string, message: string, cause?: unknown): DecodeError {
  return new DecodeError(code, message, { phase: "reply", sent: true, cause });
}
