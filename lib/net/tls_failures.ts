/**
 * What runtimes throw about TLS, as `TlsError`. Node, Deno and Bun share OpenSSL's names for what is wrong.
 *
 * @module
 */
import { TlsError } from "../errors.ts";
import { endpointOf, systemCause } from "./failures.ts";
import type { Target } from "./socket.ts";

const unknownAuthority = "the peer's certificate is not from a trusted authority";
const otherName = "the peer's certificate is for another name";
const outOfDate = "the peer's certificate is expired or not yet valid";
const oldVersion = "the peer offers no TLS of version 1.2 or later";
const noHandshake = "no TLS connection could be agreed on";

const tlsFailures: ReadonlyMap<string, readonly [code: string, says: string]> = new Map([
  // Deno gives this code for a certificate that is out of date as well.
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", ["TLS_CA", "the peer's certificate cannot be verified"]],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", ["TLS_CA", unknownAuthority]],
  ["SELF_SIGNED_CERT_IN_CHAIN", ["TLS_CA", unknownAuthority]],
  ["UNABLE_TO_GET_ISSUER_CERT", ["TLS_CA", unknownAuthority]],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", ["TLS_CA", unknownAuthority]],
  ["CERT_UNTRUSTED", ["TLS_CA", unknownAuthority]],
  ["CERT_REJECTED", ["TLS_CA", unknownAuthority]],
  ["CERT_REVOKED", ["TLS_CA", unknownAuthority]],
  ["CERT_SIGNATURE_FAILURE", ["TLS_CA", unknownAuthority]],
  ["CERT_CHAIN_TOO_LONG", ["TLS_CA", unknownAuthority]],
  ["INVALID_CA", ["TLS_CA", unknownAuthority]],
  ["INVALID_PURPOSE", ["TLS_CA", unknownAuthority]],
  ["PATH_LENGTH_EXCEEDED", ["TLS_CA", unknownAuthority]],
  ["ERR_TLS_CERT_ALTNAME_INVALID", ["TLS_NAME", otherName]],
  ["HOSTNAME_MISMATCH", ["TLS_NAME", otherName]],
  ["CERT_HAS_EXPIRED", ["TLS_EXPIRED", outOfDate]],
  ["CERT_NOT_YET_VALID", ["TLS_EXPIRED", outOfDate]],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", ["TLS_VERSION", oldVersion]],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", ["TLS_VERSION", oldVersion]],
]);

/** A peer that hung up may be one that restarts; every other failure stays until someone changes something. */
const passing = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UNKNOWN"]);

/** The error for a TLS connection that could not be agreed on. */
export function tlsError(error: unknown, target: Target): TlsError {
  const cause = systemCause(error);
  const [code, says] = tlsFailures.get(cause.code) ?? ["TLS_HANDSHAKE", noHandshake];
  const endpoint = endpointOf(target);
  const retryable = passing.has(cause.code);
  return new TlsError(code, `${endpoint}: ${says}`, { endpoint, phase: "tls", retryable, cause });
}

/**
 * Whether an error of an open connection is the peer's refusal of our certificate: with TLS 1.3 the client is done
 * before the server has looked at it.
 */
export function refusesCertificate(error: unknown): boolean {
  return /^ERR_SSL_\w*ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(systemCause(error).code);
}
