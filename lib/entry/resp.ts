/**
 * The RESP codec alone: commands to bytes, bytes to values, for RESP2 and RESP3.
 *
 * @module
 */
export { Decoder, incomplete } from "../resp/decoder.ts";
export { encodeCommand, Encoder } from "../resp/encoder.ts";
export { defaultLimits } from "../resp/limits.ts";
export { defaultMapping, toMapping } from "../resp/mapping.ts";
export { ArgumentError, AuthError, DecodeError, ProtocolError, RedisError, ReplyError } from "../errors.ts";

export type { DecoderOptions, ReplyKind } from "../resp/decoder.ts";
export type { Argument } from "../resp/encoder.ts";
export type { Limits } from "../resp/limits.ts";
export type { Mapping, ReplyOptions, Verbatim } from "../resp/mapping.ts";
export type { DecodeText } from "../resp/text.ts";
export type { ErrorFields, Phase } from "../errors.ts";
