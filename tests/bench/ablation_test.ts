/** The parts of the ablation that a wrong figure could come from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, expectations, isMet } from "../../bench/ablation/expectations.ts";
import type { Result, Round } from "../../bench/ablation/result.ts";
import { embed, toBlocks } from "../../bench/ablation/table.ts";
import { key, names, variants } from "../../bench/ablation/variants.ts";
import { firstOperation, kills, load } from "../../bench/ablation/workloads.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { RawClient } from "../support/raw_client.ts";
import { type OwnServer, startRedis } from "../support/servers.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** A run in which `name` has these rates with 50 callers, and every other pool has 100 all the time. */
function resultWith(name: string, ...rates: number[]): Result {
  const rows = Object.values(names).map((other) => ({
    name: other,
    rounds: rates.map((rate) => ({ fifty: other === name ? rate : 100 }) as unknown as Round),
  }));
  return { runtime: "Node 1", server: "Redis 7", machine: "2 × CPU", date: "2026-01-01", load: 1, seconds: 1, rows };
}

async function onServer(body: (server: OwnServer) => Promise<void>): Promise<void> {
  const server = await startRedis();
  try {
    const client = await RawClient.connect(server.url);
    await client.send(["SET", key, "nine byte"]);
    client.close();
    await body(server);
  } finally {
    await server.stop();
  }
}

test("a change is the median of the rounds, each against the plain pool of the same round", () => {
  assert.equal(Math.round(changeOf(resultWith(names.all, 110, 150, 130), names.all, "fifty")), 30);
  assert.equal(Math.round(changeOf(resultWith(names.plain, 200, 100, 50), names.all, "fifty")), 0);
});

test("what was promised is met by as much or more, in the direction of the promise", () => {
  const more = expectations.find(({ percent }) => percent !== undefined && percent[0] > 0)!;
  const less = expectations.find(({ percent }) => percent !== undefined && percent[0] < 0)!;
  const none = expectations.find(({ percent }) => percent === undefined)!;
  assert.deepEqual([more.percent![0], more.percent![0] - 1, 500].map((at) => isMet(more, at)), [true, false, true]);
  assert.deepEqual([less.percent![0], less.percent![0] + 1, -90].map((at) => isMet(less, at)), [true, false, true]);
  assert.equal(isMet(none, -50), undefined);
});

test("each promise is about a pool that is measured", () => {
  const measured = variants.map(({ name }) => name);
  assert.deepEqual(measured, Object.values(names));
  assert.deepEqual(expectations.filter(({ name }) => !measured.includes(name)), []);
});

test("a document gets the tables at their place, and the same again from the same results", () => {
  const results = [resultWith(names.lockFree, 101)];
  const document = "# Title\n\n<!-- made by bench/ablation.ts: begin -->\n\nold\n\n<!-- end -->\n\nrest\n";
  const written = embed(document, results);
  assert.ok(written.startsWith("# Title\n") && written.endsWith("<!-- end -->\n\nrest\n"));
  assert.ok(!written.includes("old"));
  assert.match(written, /1 no lock .*\+15 to \+25 % +\| \*\*missed:\*\* \+1 %/);
  assert.equal(embed(written, results), written);
  assert.throws(() => embed("# Title\n", results), /no place/);
  assert.match(toBlocks(results).at(-1)!, /medians of 1 round of 1 s/);
});

test("each pool answers, alone and to many, from its first call on", redis, () =>
  onServer(async (server) => {
    for (const variant of variants) {
      const pool = await variant.open(server);
      const values = await Promise.all(Array.from({ length: 60 }, () => pool.get()));
      assert.ok(values.every((value) => value === "nine byte"), variant.name);
      await pool.close();
      assert.ok(await firstOperation(variant, server, 2) > 0);
      const { rate, p50, p99 } = await load(variant, server, 5, 0.02);
      assert.ok(rate > 0 && p50 > 0 && p99 >= p50, variant.name);
    }
  }));

test("callers of a pool whose connections are killed are answered", redis, () =>
  onServer(async (server) => {
    const variant = variants.find(({ name }) => name === names.all)!;
    const { rate, failed } = await kills(variant, server, 0.3);
    assert.ok(rate > 0);
    assert.equal(failed, 0);
  }));
