import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { AbortError, ConnectError, ConnectionLostError } from "../../lib/errors.ts";
import { abortReason, connectError, endpointOf, isAddress, lostError, systemCause } from "../../lib/net/failures.ts";
import { targetOf } from "./helpers.ts";

const target = targetOf(6379, { host: "cache.example" });

/** A system error as Node makes them, with more in it than may be shown. */
function systemError(code: string, syscall: string): Error {
  const secret = { address: "s3cret-canary", path: "s3cret-canary", dest: "s3cret-canary" };
  return Object.assign(new Error(`${syscall} ${code} s3cret-canary`), { code, syscall, errno: -1, ...secret });
}

test("an endpoint is host and port, brackets around IPv6, or the path", () => {
  assert.equal(endpointOf(target), "cache.example:6379");
  assert.equal(endpointOf(targetOf(1, { host: "::1" })), "[::1]:1");
  assert.equal(endpointOf(targetOf(1, { path: "/run/x.sock" })), "/run/x.sock");
});

test("addresses need no name service", () => {
  for (const host of ["127.0.0.1", "::1", "fe80::1"]) assert.equal(isAddress(host), true, host);
  for (const host of ["localhost", "10.example", "a1"]) assert.equal(isAddress(host), false, host);
});

test("T06: of a system error only the code and the call are kept", () => {
  assert.deepEqual(systemCause(systemError("ECONNREFUSED", "connect")), { code: "ECONNREFUSED", syscall: "connect" });
  assert.deepEqual(systemCause({ code: "EPIPE" }), { code: "EPIPE" });
  assert.deepEqual(systemCause(Object.assign(new Error("x"), { name: "BadResource" })), { code: "BadResource" });
  for (const odd of [undefined, null, 5, "s3cret-canary with spaces", {}, { code: "s3cret-canary!", syscall: 1 }]) {
    assert.deepEqual(systemCause(odd), { code: "UNKNOWN" });
  }
  const errors = [
    connectError(systemError("ECONNREFUSED", "connect"), target),
    lostError(systemError("ECONNRESET", "read"), target),
  ];
  for (const error of errors) {
    assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error), /s3cret-canary/);
  }
});

test("every way a connect fails has its code and phase", () => {
  const cases: [code: string, syscall: string, want: string, phase: string][] = [
    ["ECONNREFUSED", "connect", "CONNECT_REFUSED", "connect"],
    ["ETIMEDOUT", "connect", "CONNECT_TIMEOUT", "connect"],
    ["EHOSTUNREACH", "connect", "CONNECT_UNREACHABLE", "connect"],
    ["ENETUNREACH", "connect", "CONNECT_UNREACHABLE", "connect"],
    ["EADDRNOTAVAIL", "connect", "CONNECT_UNREACHABLE", "connect"],
    ["ENOENT", "connect", "CONNECT_UNREACHABLE", "connect"],
    ["EACCES", "connect", "CONNECT_UNREACHABLE", "connect"],
    ["ENOTFOUND", "getaddrinfo", "DNS", "dns"],
    ["EAI_AGAIN", "getaddrinfo", "DNS", "dns"],
    ["ESERVFAIL", "getaddrinfo", "DNS", "dns"],
    ["EMFILE", "connect", "FD_LIMIT", "connect"],
    ["ENFILE", "socket", "FD_LIMIT", "connect"],
    ["ENOBUFS", "connect", "FD_LIMIT", "connect"],
  ];
  for (const [code, syscall, want, phase] of cases) {
    const error = connectError(systemError(code, syscall), target);
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.phase, error.endpoint], [want, phase, "cache.example:6379"], code);
    assert.deepEqual([error.retryable, error.sent, error.maybeExecuted], [true, false, false]);
    assert.ok(error.message.startsWith("cache.example:6379: "), error.message);
    assert.deepEqual(error.cause, { code, syscall });
  }
});

test("a reset is told from every other way a connection breaks", () => {
  const reset = lostError(systemError("ECONNRESET", "read"), target);
  assert.ok(reset instanceof ConnectionLostError);
  assert.deepEqual([reset.code, reset.endpoint], ["CONN_RESET", "cache.example:6379"]);
  assert.equal(lostError(systemError("EPIPE", "write"), target).code, "CONN_CLOSED");
  assert.equal(lostError(systemError("ETIMEDOUT", "read"), target).code, "CONN_CLOSED");
});

test("a timeout is told in which phase it struck, once; any other reason is left alone", () => {
  const abort = (reason: unknown) => AbortSignal.abort(reason);
  const timeout = new ConnectError("CONNECT_TIMEOUT", "too long");
  assert.equal(abortReason(abort(timeout), "tls"), timeout);
  assert.equal(timeout.phase, "tls");
  abortReason(abort(timeout), "dns");
  assert.equal(timeout.phase, "tls");
  const other = new AbortError("ABORTED", "no longer wanted");
  assert.equal(abortReason(abort(other), "tls"), other);
  assert.equal(other.phase, undefined);
  assert.equal(abortReason(abort("text"), "tls"), "text");
});
