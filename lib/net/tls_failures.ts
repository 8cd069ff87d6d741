/**
 * What runtimes throw about TLS, as `TlsError`. Node, Deno and Bun share OpenSSL's names for what is wrong.
 *
 * @module
 */
import { TlsError } from "../errors.ts";
import { byCause, endpointOf, type Failure, systemCause } from "./failures.ts";
import type { Target } from "./socket.ts";

const noHandshake: Failure = { code: "TLS_HANDSHAKE", says: "no TLS connection could be agreed on" };
const untrusted: Failure = { code: "TLS_CA", says: "the peer's certificate is not from a trusted authority" };
/** How the names begin of all that makes a certificate untrusted, but for what is told apart below. */
const distrust = /^(?:CERT_|INVALID_|PATH_LENGTH_|UNABLE_TO_GET_ISSUER_|DEPTH_ZERO_|SELF_SIGNED_)/;
const tlsFailures = byCause([
  {
    code: "TLS_CA",
    says: "the peer's certificate cannot be verified",
    // Deno gives this code for a certificate that is out of date as well.
    causes: ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  },
  {
    code: "TLS_NAME",
    says: "the peer's certificate is for another name",
    causes: ["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"],
  },
  {
    code: "TLS_EXPIRED",
    says: "the peer's certificate is expired or not yet valid",
    causes: ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"],
  },
  {
    code: "TLS_VERSION",
    says: "the peer offers no TLS of version 1.2 or later",
    causes: ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_UNSUPPORTED_PROTOCOL"],
  },
]);

/** A peer that hung up may be one that restarts; every other failure stays until someone changes something. */
const passing = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UNKNOWN"]);

/** The error for a TLS connection that could not be agreed on. */
export function tlsError(error: unknown, target: Target): TlsError {
  const cause = systemCause(error);
  const { code, says } = tlsFailures.get(cause.code) ?? (distrust.test(cause.code) ? untrusted : noHandshake);
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
