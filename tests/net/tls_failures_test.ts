import assert from "node:assert/strict";
import { test } from "node:test";
import { refusesCertificate, tlsError } from "../../lib/net/tls_failures.ts";
import { targetOf } from "./helpers.ts";

const target = targetOf(6380, { host: "cache.example" });

test("every kind of TLS failure has its code", () => {
  const cases: [code: string, want: string, retryable: boolean][] = [
    ["SELF_SIGNED_CERT_IN_CHAIN", "TLS_CA", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "TLS_CA", false],
    ["UNABLE_TO_GET_ISSUER_CERT", "TLS_CA", false],
    ["CERT_UNTRUSTED", "TLS_CA", false],
    ["CERT_REJECTED", "TLS_CA", false],
    ["CERT_REVOKED", "TLS_CA", false],
    ["CERT_SIGNATURE_FAILURE", "TLS_CA", false],
    ["CERT_CHAIN_TOO_LONG", "TLS_CA", false],
    ["INVALID_CA", "TLS_CA", false],
    ["INVALID_PURPOSE", "TLS_CA", false],
    ["PATH_LENGTH_EXCEEDED", "TLS_CA", false],
    ["HOSTNAME_MISMATCH", "TLS_NAME", false],
    ["ERR_SSL_UNSUPPORTED_PROTOCOL", "TLS_VERSION", false],
    ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "TLS_HANDSHAKE", false],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "TLS_CA", false],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "TLS_CA", false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS_NAME", false],
    ["CERT_HAS_EXPIRED", "TLS_EXPIRED", false],
    ["CERT_NOT_YET_VALID", "TLS_EXPIRED", false],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "TLS_VERSION", false],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS_HANDSHAKE", false],
    ["ECONNRESET", "TLS_HANDSHAKE", true],
    ["ETIMEDOUT", "TLS_HANDSHAKE", true],
  ];
  for (const [code, want, retryable] of cases) {
    const error = tlsError(Object.assign(new Error("s3cret-canary"), { code }), target);
    assert.deepEqual([error.code, error.retryable, error.phase], [want, retryable, "tls"], code);
    assert.deepEqual([error.endpoint, error.cause], ["cache.example:6380", { code }]);
    assert.doesNotMatch(error.message, /s3cret-canary/);
  }
});

test("a peer that hung up without a word may be tried again", () => {
  const error = tlsError(undefined, target);
  assert.deepEqual([error.code, error.retryable], ["TLS_HANDSHAKE", true]);
});

test("only alerts about our certificate are its refusal", () => {
  for (
    const code of [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED",
      "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
      "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
      "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
      "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
    ]
  ) assert.equal(refusesCertificate({ code }), true, code);
  for (const code of ["ECONNRESET", "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "ERR_SSL_DECRYPTION_FAILED", undefined]) {
    assert.equal(refusesCertificate({ code }), false, code);
  }
});
