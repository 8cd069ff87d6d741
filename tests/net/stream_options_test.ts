import assert from "node:assert/strict";
import { test } from "node:test";
import { plainOptions, tlsOptions } from "../../lib/net/stream_options.ts";
import { targetOf } from "./helpers.ts";

const onread = { buffer: new Uint8Array(1), callback: () => true };

/** Options as a stream's module reads them: whatever is inherited counts. */
function seen(options: object): Record<string, unknown> {
  return options as Record<string, unknown>;
}

test("a plain connection goes to the host and port, or to the path and nowhere else", () => {
  const { host, port, path } = seen(plainOptions(targetOf(6379), onread));
  assert.deepEqual([host, port, path], ["127.0.0.1", 6379, undefined]);
  const unix = seen(plainOptions(targetOf(6379, { path: "/run/x.sock" }), onread));
  assert.deepEqual([unix.host, unix.port, unix.path], [undefined, undefined, "/run/x.sock"]);
});

test("TLS is verified and at least of version 1.2 unless verification is waived by its name", () => {
  const strict = seen(tlsOptions(targetOf(6379, { tls: {} }), onread));
  assert.deepEqual([strict.rejectUnauthorized, strict.minVersion], [true, "TLSv1.2"]);
  const waived = seen(tlsOptions(targetOf(6379, { tls: { dangerouslyAllowUnverifiedTls: true } }), onread));
  assert.deepEqual([waived.rejectUnauthorized, waived.minVersion], [false, "TLSv1.2"]);
  for (const odd of [1, "true", {}, undefined]) {
    const tls = { dangerouslyAllowUnverifiedTls: odd as unknown as boolean };
    assert.equal(seen(tlsOptions(targetOf(6379, { tls }), onread)).rejectUnauthorized, true);
  }
});

test("the name sent is serverName, else the host, and never an address", () => {
  const name = (host: string, serverName?: string) => {
    return seen(tlsOptions(targetOf(6379, { host, tls: serverName === undefined ? {} : { serverName } }), onread))
      .servername;
  };
  assert.equal(name("cache.example"), "cache.example");
  assert.equal(name("127.0.0.1"), undefined);
  assert.equal(name("::1"), undefined);
  assert.equal(name("127.0.0.1", "cache.example"), "cache.example");
});

test("T13: what could redirect or weaken is set, whatever Object.prototype holds", () => {
  const options = tlsOptions(targetOf(6379, { tls: {} }), onread);
  for (
    const name of ["host", "port", "path", "lookup", "localAddress", "socket", "secureContext", "ca", "cert", "key"]
  ) {
    assert.ok(Object.hasOwn(options, name), name);
  }
});
