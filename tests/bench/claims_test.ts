import assert from "node:assert/strict";
import { test } from "node:test";
import { embed } from "../../bench/report/embed.ts";
import { claimsIn } from "./claims.ts";

for (
  const claim of [
    "respool is 2.5 × ioredis",
    "it is 3x faster",
    "20 % more throughput",
    "1 200 000 ops/s",
    "150k commands per second",
    "takes 42 ns",
    "5.5 µs per command",
  ]
) {
  test(`"${claim}" is a claim`, () => assert.equal(claimsIn(`Look: ${claim}.`).length, 1));
}

for (
  const plain of [
    "20 → 1000, × 2, full jitter",
    "`*1 ×200 :1`",
    "commandTimeoutMs: 5000",
    "1.5 × `shared.maxQueuedBytes` + 20 MiB",
    "(1.5 × 64 MiB + 20 MiB)",
    "2 × maxSize",
    "Node 22.18",
    "10 seconds",
  ]
) {
  test(`"${plain}" is none`, () => assert.deepEqual(claimsIn(plain), []));
}

test("what a program wrote is traced elsewhere", () => {
  assert.deepEqual(claimsIn(embed("# Title\n", ["2.5 ×"])), []);
  assert.deepEqual(claimsIn(embed("# 3.5 ×\n", ["2.5 ×"])), ["3.5 ×"]);
});

test("code is no claim", () => assert.deepEqual(claimsIn("```ts\nconst a = 2; // 5 ns\n```\n"), []));
