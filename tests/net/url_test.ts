import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { ArgumentError } from "../../lib/errors.ts";
import { parseUrl } from "../../lib/net/url.ts";

const local = { host: "localhost", port: 6379 };

/** A generator of pseudo-random integers below a bound, the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Parses what must be refused and gives the error. */
function refused(url: string | URL): ArgumentError {
  try {
    parseUrl(url);
  } catch (error) {
    assert.ok(error instanceof ArgumentError, String(error));
    assert.deepEqual([error.code, error.argument, error.cause], ["INVALID_URL", "url", undefined]);
    return error;
  }
  assert.fail(`${url} was taken`);
}

test("every scheme is known, whatever its case", () => {
  for (const scheme of ["redis", "valkey", "REDIS"]) {
    assert.deepEqual(parseUrl(`${scheme}://h:1`), { host: "h", port: 1, tls: false });
  }
  for (const scheme of ["rediss", "valkeys", "redis+tls", "valkey+tls", "Rediss"]) {
    assert.deepEqual(parseUrl(`${scheme}://h:1`), { host: "h", port: 1, tls: true });
  }
  for (const scheme of ["unix", "redis+unix", "valkey+unix"]) {
    assert.deepEqual(parseUrl(`${scheme}:///run/x.sock`), { ...local, path: "/run/x.sock" });
    assert.deepEqual(parseUrl(`${scheme}:/run/x.sock`), { ...local, path: "/run/x.sock" });
  }
});

test("host, port and database are optional", () => {
  assert.deepEqual(parseUrl("redis://"), { ...local, tls: false });
  assert.deepEqual(parseUrl("redis:///"), { ...local, tls: false });
  assert.deepEqual(parseUrl("redis:///3"), { ...local, tls: false, db: 3 });
  assert.deepEqual(parseUrl("redis://h"), { host: "h", port: 6379, tls: false });
  assert.deepEqual(parseUrl("redis://h/"), { host: "h", port: 6379, tls: false });
  assert.deepEqual(parseUrl("redis://h:7000/0"), { host: "h", port: 7000, tls: false, db: 0 });
  assert.deepEqual(parseUrl("redis://h?db=15"), { host: "h", port: 6379, tls: false, db: 15 });
  assert.deepEqual(parseUrl("redis://h?"), { host: "h", port: 6379, tls: false });
  assert.deepEqual(parseUrl("redis://h/?db=15"), { host: "h", port: 6379, tls: false, db: 15 });
});

test("a bare host and port say nothing of TLS", () => {
  assert.deepEqual(parseUrl("h:7000"), { host: "h", port: 7000 });
  assert.deepEqual(parseUrl("h"), { host: "h", port: 6379 });
  assert.deepEqual(parseUrl("redis:6379"), { host: "redis", port: 6379 });
  assert.deepEqual(parseUrl("10.0.0.1:7000/2"), { host: "10.0.0.1", port: 7000, db: 2 });
  assert.deepEqual(parseUrl("[::1]:7000?db=2"), { host: "::1", port: 7000, db: 2 });
});

test("IPv6 stands in brackets and leaves them", () => {
  assert.equal(parseUrl("redis://[::1]").host, "::1");
  assert.deepEqual(parseUrl("redis://u@[2001:db8::1]:7000/1"), {
    host: "2001:db8::1",
    port: 7000,
    username: "u",
    db: 1,
    tls: false,
  });
  assert.equal(parseUrl("redis://[::ffff:10.0.0.1]:1").host, "::ffff:10.0.0.1");
  for (const bad of ["[::1", "::1", "[]", "[localhost]", "[::1]7000", "[::1]:", "[:g:1]", "[10.0.0.1]"]) {
    refused(`redis://${bad}`);
    refused(bad);
  }
});

test("user and password are decoded exactly once", () => {
  const { username, password } = parseUrl("redis://us%40er:p%2525%3A%2F%20+@h");
  assert.deepEqual([username, password], ["us@er", "p%25:/ +"]);
  assert.deepEqual(parseUrl("redis://:secret@h"), { host: "h", port: 6379, tls: false, password: "secret" });
  assert.deepEqual(parseUrl("redis://user@h"), { host: "h", port: 6379, tls: false, username: "user" });
  assert.deepEqual(parseUrl("redis://user:@h"), { host: "h", port: 6379, tls: false, username: "user" });
  assert.deepEqual(parseUrl("redis://@h"), { host: "h", port: 6379, tls: false });
  assert.deepEqual(parseUrl("unix://u:p@/run/x.sock?db=2"), {
    ...local,
    path: "/run/x.sock",
    username: "u",
    password: "p",
    db: 2,
  });
});

test("an unencoded @ or : of a password stays in the password", () => {
  const { username, password, host } = parseUrl("redis://user:p@ss:w@rd@h");
  assert.deepEqual([username, password, host], ["user", "p@ss:w@rd", "h"]);
});

test("a URL object reads as its text", () => {
  const url = new URL("rediss://user:p%40ss@example.com:7000/4");
  assert.deepEqual(parseUrl(url), parseUrl(url.href));
  assert.deepEqual(parseUrl(url).password, "p@ss");
});

test("a Unix path is decoded once, absolute and without a host", () => {
  assert.equal(parseUrl("unix:/run/a%20b%2525.sock").path, "/run/a b%25.sock");
  for (
    const bad of ["unix:", "unix://", "unix:x.sock", "unix://host/x.sock", "unix:/x%00", "unix://u:p@h/x", "unix:/%ff"]
  ) {
    refused(bad);
  }
});

test("T07: what is malformed is refused", () => {
  const bad = [
    "",
    " ",
    "://",
    "://h",
    "http://h",
    "rediss+tls://h",
    "redis+unix+tls:///x",
    "redis//h",
    "redis:h",
    "redis:/h",
    "redis://bad host",
    "redis://u:p@bad host:99999",
    "redis://h:0",
    "redis://h:65536",
    "redis://h:x",
    "redis://h:",
    "redis://h:-1",
    "redis://h:1e3",
    "redis://h:99999999999999999999",
    "redis://:6379",
    "redis://h:1:2",
    "redis://hé",
    "redis://h\n",
    "redis://h/1\n",
    "\tredis://h",
    "redis://h%20x",
    "redis://u@x@",
    "redis://h,i:1",
    "redis://h/x",
    "redis://h/1/2",
    "redis://h/-1",
    "redis://h/1.5",
    "redis://h/99999999999",
    "redis://h//1",
    "redis://h?db=",
    "redis://h?db=x",
    "redis://h?db=1&db=2",
    "redis://h/1?db=1",
    "redis://h?&",
    "redis://h?tls=true",
    "redis://h?password=x",
    "redis://h?db=1&x=1",
    "redis://h?DB=1",
    "redis://h#1",
    "h#",
    "redis://%zz@h",
    "redis://:%@h",
    "redis://:%ff@h",
    "redis://:%c0%80@h",
    "user:pass@h:1",
    `redis://${"h".repeat(254)}`,
  ];
  for (const url of bad) refused(url);
});

test("T11: nothing of a URL can become a command", () => {
  refused("redis://h/0%0d%0aFLUSHALL");
  refused("redis://h/0\r\nFLUSHALL");
  refused("redis://h?db=0%0d%0aFLUSHALL");
  refused("redis://h%0d%0aFLUSHALL");
  assert.equal(parseUrl("redis://:a%0d%0ab@h").password, "a\r\nb", "a password is length-prefixed");
});

test("T07: an error holds nothing of the URL", () => {
  const canary = "s3cret-canary";
  const shapes = [
    `redis://u:${canary}@bad host:99999`,
    `redis://${canary}:%zz@h`,
    `redis://u:${canary}@h:99999/x?${canary}=1`,
    `redis://u:${canary}/x@h`,
    `redis://u:${canary}?x@h`,
    `redis://u:${canary}#x@h`,
    `${canary}://h`,
    `${canary}:${canary}`,
    `u:${canary}@h`,
    `unix://${canary}/x`,
    `redis://h/${canary}`,
    `redis://[${canary}]`,
  ];
  for (const shape of shapes) {
    const error = refused(shape);
    const everything = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error)].join();
    // The stack names this file and line, which hold no canary; the rest is the error's own.
    assert.ok(!everything.includes(canary), everything);
  }
});

test("whatever is encoded comes back as it was", () => {
  const roll = dice(1);
  const text = () =>
    String.fromCodePoint(
      ...Array.from({ length: 1 + roll(12) }, () => [roll(128), 0x80 + roll(0xd000), 0x1f300 + roll(500)][roll(3)]!),
    );
  for (let round = 0; round < 5_000; round++) {
    const username = text();
    const password = text();
    const db = roll(2 ** 31);
    const port = 1 + roll(65_535);
    const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
    const want = { host: "h-1.example", port, username, password, db };
    assert.deepEqual(parseUrl(`redis://${user}@h-1.example:${port}/${db}`), { ...want, tls: false });
    assert.deepEqual(parseUrl(`valkeys://${user}@h-1.example:${port}?db=${db}`), { ...want, tls: true });
    const path = `/${text().replaceAll("\0", "")}`;
    const encoded = encodeURIComponent(path).replaceAll("%2F", "/");
    assert.deepEqual(parseUrl(`unix://${user}@${encoded}?db=${db}`), { ...local, username, password, path, db });
  }
});

test("any text is either read or refused as INVALID_URL", () => {
  const roll = dice(2);
  const parts = [
    "redis",
    "s",
    "://",
    ":",
    "/",
    "@",
    "?",
    "db=",
    "#",
    "%",
    "%41",
    "[",
    "]",
    "::1",
    "h",
    "6379",
    "&",
    "\0",
    "é",
    "+unix",
    "unix:",
  ];
  let taken = 0;
  for (let round = 0; round < 50_000; round++) {
    const url = Array.from({ length: roll(9) }, () => parts[roll(parts.length)]).join("");
    try {
      const { host, port, path, db } = parseUrl(url);
      assert.ok(host.length > 0 && port >= 1 && port <= 65_535);
      assert.ok(path === undefined || path.startsWith("/"));
      assert.ok(db === undefined || Number.isSafeInteger(db));
      taken++;
    } catch (error) {
      assert.ok(error instanceof ArgumentError && error.code === "INVALID_URL", `${JSON.stringify(url)}: ${error}`);
    }
  }
  assert.ok(taken > 100, "some are well formed");
});

test("T14: time grows with the length and no faster", () => {
  const size = 1_000_000;
  const shapes = (n: number) => [
    `redis://${"@".repeat(n)}`,
    `redis://${":".repeat(n)}@h`,
    `redis://${"%41".repeat(n / 3)}@h`,
    `redis://${"%zz".repeat(n / 3)}@h`,
    `redis://h?${"&".repeat(n)}`,
    `redis://h?${"db=1&".repeat(n / 5)}`,
    `redis://[${":".repeat(n)}]`,
    `redis://${"h.".repeat(n / 2)}`,
    `redis://h:${"1".repeat(n)}`,
    `unix:${"/".repeat(n)}`,
  ];
  for (const shape of shapes(size)) {
    const before = performance.now();
    try {
      parseUrl(shape);
    } catch (error) {
      assert.ok(error instanceof ArgumentError);
    }
    const elapsed = performance.now() - before;
    assert.ok(elapsed < 1_000, `${shape.slice(0, 20)}… took ${elapsed} ms`);
  }
});
