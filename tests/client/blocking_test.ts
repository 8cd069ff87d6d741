import assert from "node:assert/strict";
import { test } from "node:test";
import { withWait } from "../../lib/client/blocking.ts";

test("a blocking command may take its own wait and on top of it what any command may", () => {
  assert.equal(withWait(["BLPOP", "k", 2], {}, 5000).timeoutMs, 7000);
  assert.equal(withWait(["XREAD", "BLOCK", 150, "STREAMS", "s", "$"], {}, 5000).timeoutMs, 5150);
});

test("a wait without end has no deadline, nor has any when commands have none", () => {
  assert.equal(withWait(["BLPOP", "k", 0], {}, 5000).timeoutMs, 0);
  assert.equal(withWait(["BLPOP", "k", 2], {}, 0).timeoutMs, 0);
});

test("the caller's own deadline rules, and his other options stay", () => {
  const { signal } = new AbortController();
  assert.deepEqual(withWait(["BLPOP", "k", 2], { timeoutMs: 50, signal }, 5000), { timeoutMs: 50, signal });
  assert.equal(withWait(["BLPOP", "k", 2], { signal }, 5000).signal, signal);
});

test("a timeout that the server will refuse leaves the usual deadline", () => {
  assert.equal(withWait(["BLPOP", "k", "soon"], {}, 5000).timeoutMs, undefined);
});
