import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { createPoolWith } from "../../lib/client/create_pool.ts";
import { readOptions, type RedisPoolOptions } from "../../lib/client/options.ts";
import { ArgumentError } from "../../lib/errors.ts";
import type { Connector } from "../../lib/net/socket.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";

const connector: Connector = () => new Promise(() => {});
const createPool = createPoolWith(() => connector);
const settingsOf = (options: RedisPoolOptions = {}, url?: string) => readOptions(url, options, () => connector, {});
const canary = "canary-S3CRET";

/** Each bad value with the option that has to be named. */
const bad: [name: string, options: Record<string, unknown>][] = [
  ["host", { host: "" }],
  ["host", { host: 1 }],
  ["port", { port: 0 }],
  ["port", { port: 65_536 }],
  ["port", { port: "6379" }],
  ["db", { db: -1 }],
  ["db", { db: 1.5 }],
  ["password", { password: 1 }],
  ["username", { username: "u" }],
  ["credentials", { credentials: "no function" }],
  ["credentials", { credentials: () => ({}), password: canary }],
  ["tls", { tls: "yes" }],
  ["tls.ca", { tls: { ca: "no PEM" } }],
  ["tls.key", { tls: { cert: "-----BEGIN CERTIFICATE-----" } }],
  ["tls.unknown", { tls: { unknown: 1 } }],
  ["tls", { tls: true, path: "/run/redis.sock" }],
  ["protocol", { protocol: 4 }],
  ["clientName", { clientName: "a b" }],
  ["clientName", { clientName: "a\r\nFLUSHALL" }],
  ["clientInfo", { clientInfo: "yes" }],
  ["limits.depth", { limits: { depth: -1 } }],
  ["limits.width", { limits: { width: 1 } }],
  ["tcpKeepAliveMs", { tcpKeepAliveMs: -1 }],
  ["noDelay", { noDelay: 1 }],
  ["allowHost", { allowHost: true }],
  ["commandTimeoutMs", { commandTimeoutMs: Number.NaN }],
  ["commandTimeoutMs", { commandTimeoutMs: Infinity }],
  ["commandTimeoutMs", { commandTimeoutMs: 2 ** 31 }],
  ["stallTimeoutMs", { stallTimeoutMs: "1s" }],
  ["blocking.maxSize", { blocking: { maxSize: 0 } }],
  ["reset", { reset: "never" }],
  ["evictOn", { evictOn: "READONLY" }],
  ["shared.connections", { shared: { connections: 0 } }],
  ["shared.maxQueued", { shared: { maxQueued: 0 } }],
  ["shared.whenFull", { shared: { whenFull: "drop" } }],
  ["shared.size", { shared: { size: 1 } }],
  ["retry", { retry: true }],
  ["replies.map", { replies: { map: "hash" } }],
  ["replies", { replies: "bytes" }],
  ["connector", { connector: {} }],
  ["maxSize", { maxSize: 0 }],
  ["maxSize", { maxSize: 2.5 }],
  ["minIdle", { minIdle: 11 }],
  ["maxWaiters", { maxWaiters: -1 }],
  ["idleOrder", { idleOrder: "random" }],
  ["acquireTimeoutMs", { acquireTimeoutMs: null }],
  ["validate", { validate: "sometimes" }],
  ["maxLifetimeJitter", { maxLifetimeJitter: 2 }],
  ["backoff.factor", { backoff: { factor: 0.5 } }],
  ["circuitBreaker.whenOpen", { circuitBreaker: { whenOpen: "panic" } }],
  ["maxsize", { maxsize: 5 }],
  ["lease", { lease: class {} }],
];

test("replies that are wanted as by default have the decoder's own default mapping", () => {
  assert.equal(settingsOf().mapping, defaultMapping);
  assert.equal(settingsOf({ replies: { strings: "utf8" } }).mapping, defaultMapping);
  assert.notEqual(settingsOf({ replies: { strings: "bytes" } }).mapping, defaultMapping);
});

test("every bad option is refused by name, before anything is opened", () => {
  for (const [name, options] of bad) {
    assert.throws(() => createPool(options as RedisPoolOptions), (error) => {
      assert.ok(error instanceof ArgumentError, `${name}: ${error}`);
      assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", name]);
      assert.ok(error.message.includes(name), error.message);
      return true;
    });
  }
});

test("no secret is repeated, wherever it was put", () => {
  const misplaced: [string | undefined, Record<string, unknown>][] = [
    [undefined, { password: [canary] }],
    [undefined, { username: { canary }, password: canary }],
    [undefined, { tls: { key: canary, cert: canary } }],
    [undefined, { [canary]: 1 }],
    [undefined, { host: [canary] }],
    [`redis://u:${canary}@bad host:99999`, {}],
    [`redis://u:${canary}@h:6379/x`, {}],
    [`redis://h?token=${canary}`, {}],
    [`http://u:${canary}@h`, {}],
  ];
  for (const [url, options] of misplaced) {
    assert.throws(() => settingsOf(options, url), (error) => {
      assert.ok(error instanceof ArgumentError);
      for (const shown of [inspect(error, { depth: 20 }), JSON.stringify(error), String(error), String(error.stack)]) {
        assert.ok(!shown.includes(canary), shown);
      }
      assert.equal(error.cause, undefined);
      return true;
    });
  }
});

test("the defaults are those that are documented", () => {
  const { commandTimeoutMs, stallTimeoutMs, evictOn, endpoint, name, factory, blocking, shared, retry } = settingsOf();
  assert.deepEqual({ commandTimeoutMs, stallTimeoutMs, evictOn, endpoint, name, blocking, shared, retry }, {
    commandTimeoutMs: 5000,
    stallTimeoutMs: 1000,
    evictOn: ["READONLY", "MASTERDOWN"],
    endpoint: "localhost:6379",
    name: "localhost:6379/0",
    blocking: { maxSize: 10, idleTimeoutMs: 30_000 },
    shared: { connections: 2, maxQueued: 100_000, maxQueuedBytes: 64 * 1024 * 1024, whenFull: "reject" },
    retry: "reads",
  });
  assert.deepEqual(factory.session, { db: 0, clientName: undefined, protocol: "auto", clientInfo: true });
});

test("options rule over the URL, and the URL over the defaults", () => {
  const { endpoint, factory } = settingsOf({ port: 7000, db: 3 }, "redis://me:secret@cache:6380/2");
  assert.deepEqual([endpoint, factory.session.db], ["cache:7000", 3]);
  assert.deepEqual(settingsOf({}, "redis://cache/2").factory.session.db, 2);
});

test("T04: TLS can be neither dropped nor added against the URL's scheme", () => {
  assert.throws(() => settingsOf({ tls: false }, "rediss://h"), { code: "INVALID_OPTION", argument: "tls" });
  assert.throws(() => settingsOf({ tls: true }, "redis://h"), { code: "INVALID_OPTION", argument: "tls" });
  assert.notEqual(settingsOf({}, "rediss://h").factory.target.tls, undefined);
  assert.equal(settingsOf({}, "redis://h").factory.target.tls, undefined);
  assert.notEqual(settingsOf({ tls: true }, "h:6379").factory.target.tls, undefined);
});

test("an IPv6 address is shown in brackets, a Unix socket by its path", () => {
  assert.equal(settingsOf({ host: "::1" }).endpoint, "[::1]:6379");
  assert.equal(settingsOf({ path: "/run/redis.sock" }).endpoint, "/run/redis.sock");
});

test("T13: what is on Object.prototype is no option", () => {
  const polluted = Object.prototype as Record<string, unknown>;
  polluted.host = "evil";
  polluted.password = "evil";
  try {
    assert.equal(settingsOf().endpoint, "localhost:6379");
  } finally {
    delete polluted.host;
    delete polluted.password;
  }
});

test("options that are no object are refused", () => {
  for (const options of [null, [], 5]) {
    assert.throws(() => createPool(options as unknown as RedisPoolOptions), { code: "INVALID_OPTION" });
  }
});
