import assert from "node:assert/strict";
import { test } from "node:test";
import { exchangeOf } from "../../../bench/clients/raw_exchange.ts";
import { data, valueOf } from "../../../bench/workloads/data.ts";
import { measure } from "../../../bench/workloads/load.ts";
import { prepare } from "../../../bench/workloads/prepare.ts";
import { workloadNamed, workloads } from "../../../bench/workloads/workload.ts";

const close = () => {};
const stored = valueOf(data["9 B"].bytes);

test("a client is measured at what it can do", async () => {
  const work = await prepare({ get: () => Promise.resolve(stored), close }, workloadNamed("concurrent-10"));
  const round = await measure(0.05, 1, async (load) => {
    await new Promise((resolve) => setTimeout(resolve));
    load.running = false;
    await work!(load);
  });
  assert.equal(round.operations, 0);
});

test("what a client cannot do does not apply to it", async () => {
  assert.equal(await prepare({ close }, workloadNamed("sequential")), undefined);
  assert.equal(await prepare({ get: () => Promise.resolve(stored), close }, workloadNamed("lease-50")), undefined);
});

test("a client whose reply is wrong is not measured", async () => {
  const wrong = { get: () => Promise.resolve("something else"), close };
  await assert.rejects(prepare(wrong, workloadNamed("sequential")), /a reply that nobody stored/);
  const few = { getMany: () => Promise.resolve([stored]), close };
  await assert.rejects(prepare(few, workloadNamed("pipeline-50")), /1 replies, not 50/);
});

test("a text that is to be searched is read to its end", async () => {
  const searched = workloadNamed("get-1mb-searched");
  const value = valueOf(data["1 MB"].bytes);
  const get = () => new Promise<unknown>((resolve) => setTimeout(() => resolve(value), 1));
  const work = await prepare({ get, close }, searched);
  assert.ok((await measure(0.05, 1, work!)).operations > 0);
  for (const wrong of [value.slice(1) + "\n", new Uint8Array(9)]) {
    await assert.rejects(prepare({ get: () => Promise.resolve(wrong), close }, searched), /a reply that nobody stored/);
  }
});

test("operations are calls times what each of them holds", async () => {
  const calls = workloadNamed("pipeline-50");
  const getMany = async (_: string, count: number) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return new Array(count).fill(stored);
  };
  const work = await prepare({ getMany, close }, calls);
  const { operations, p50, p99 } = await measure(0.05, calls.batch, work!);
  assert.ok(operations >= 50 && operations % 50 === 0);
  assert.ok(p50 > 0 && p99 >= p50);
});

test("the bare socket says what the clients say", () => {
  const exchange = exchangeOf(workloadNamed("sequential"))!;
  const { key } = data["9 B"];
  assert.equal(exchange.request, `*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`);
  assert.equal(exchange.replyBytes, `$9\r\n${stored}\r\n`.length);
});

test("values are as long as their names say", () => {
  for (const { bytes } of Object.values(data)) assert.equal(valueOf(bytes).length, bytes);
});

test("costs of growth are asked from 1 to 100 000 callers and from 10 B to 5 MB", () => {
  const callers = workloads.filter(({ work }) => work === "get").map((one) => one.callers);
  for (const count of [1, 10, 100, 1000, 10_000, 100_000]) assert.ok(callers.includes(count), String(count));
  const sizes = workloads.filter(({ group }) => group === "values").map((one) => data[one.data].bytes);
  assert.deepEqual([Math.min(...sizes), Math.max(...sizes)], [10, 5_000_000]);
});
