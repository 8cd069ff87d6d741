import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "../../lib/base/histogram.ts";
import { ShapedCall } from "../../lib/client/calls.ts";
import { TimedCall } from "../../lib/client/timed_call.ts";
import { tombstone } from "../../lib/connection/call.ts";
import { TimeoutError } from "../../lib/errors.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { faultyPool } from "./faulty_pool.ts";
import { valueOf } from "../support/oracles.ts";

const source = { protocol: 2, mapping: defaultMapping, endpoint: "h:1" } as const;

test("it takes the time from its making to the reply, and settles as the command would have", async () => {
  const clock = new FakeClock();
  const histogram = new Histogram();
  const settled: unknown[] = [];
  const note = (value: unknown) => settled.push(value);
  const plain = new TimedCall(undefined, clock, histogram);
  const shaped = new TimedCall(new ShapedCall((reply) => `shaped ${reply}`), clock, histogram);
  await clock.advance(20);
  assert.equal(plain.reply("a", false, ["GET", "k"], note, note, source), true);
  assert.equal(shaped.reply("b", false, ["GET", "k"], note, note, source), true);
  assert.deepEqual(settled, ["a", "shaped b"]);
  assert.deepEqual([histogram.count, histogram.minMs, histogram.maxMs], [2, 20, 20]);
});

test("it takes the time of a command that fails, too", async () => {
  const clock = new FakeClock();
  const histogram = new Histogram();
  const call = new TimedCall(undefined, clock, histogram);
  await clock.advance(30);
  const error = new TimeoutError("COMMAND_TIMEOUT", "late");
  let got: unknown;
  assert.equal(call.fail(error, (reason) => got = reason), tombstone);
  assert.deepEqual([got, histogram.count, histogram.maxMs], [error, 1, 30]);
});

test("one command in 64 has its time taken, and gets its reply", async () => {
  const { pool, settle, end } = faultyPool();
  const keys = Array.from({ length: 192 }, (_, n) => `k${n}`);
  const values = Promise.all(keys.map((key) => pool.get(key)));
  await settle();
  assert.deepEqual(await values, keys.map(valueOf));
  assert.equal(pool.stats().command.count, 3);
  assert.equal(pool.stats().commands.ok, 192);
  await end();
});

test("commands with options and batches have their time taken as often", async () => {
  const { pool, settle, end } = faultyPool();
  const view = pool.with({ timeoutMs: 100 });
  const all = Promise.all(
    Array.from({ length: 128 }, (_, n) => n % 2 ? view.get("k") : pool.pipeline().get("k").exec()),
  );
  await settle();
  await all;
  assert.equal(pool.stats().command.count, 2);
  await end();
});
