import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, type BackoffOptions } from "../../lib/base/backoff.ts";
import { Random } from "../support/random.ts";

const options: BackoffOptions = { baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" };

test("the bound doubles with each failure until its limit", () => {
  const bounds = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => backoffMs({ ...options, jitter: "none" }, n, Math.random));
  assert.deepEqual(bounds, [20, 40, 80, 160, 320, 640, 1000, 1000]);
});

test("full jitter spreads evenly between nothing and the bound", () => {
  const random = new Random(1);
  const delays = Array.from({ length: 10_000 }, () => backoffMs(options, 4, random.next));
  assert.ok(delays.every((delay) => delay >= 0 && delay < 160));
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = delays.filter((delay) => Math.floor(delay / 16) === tenth).length;
    assert.ok(count > 900 && count < 1100, `${count} of 10000 in tenth ${tenth}`);
  }
});

test("no number of failures makes it more than the limit", () => {
  assert.equal(backoffMs({ ...options, jitter: "none" }, 5000, Math.random), 1000);
});
