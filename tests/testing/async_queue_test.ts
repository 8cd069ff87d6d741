import { test } from "node:test";
import assert from "node:assert/strict";
import { AsyncQueue } from "../../lib/testing/async_queue.ts";

test("values are taken in the order they came, before and after the taker", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  const first = queue.take();
  const second = queue.take();
  const third = queue.take();
  queue.push(2);
  queue.push(3);
  assert.deepEqual(await Promise.all([first, second, third]), [1, 2, 3]);
});

test("a failed queue still gives what it holds, then its error", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.fail(new Error("over"));
  assert.equal(await queue.take(), 1);
  await assert.rejects(queue.take(), /over/);
});

test("a taker that waits gets the error of the queue", async () => {
  const queue = new AsyncQueue<number>();
  const taken = queue.take();
  queue.fail(new Error("over"));
  queue.fail(new Error("again"));
  await assert.rejects(taken, /over/);
});

test("takeAll empties the queue", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.push(2);
  assert.deepEqual(queue.takeAll(), [1, 2]);
  assert.deepEqual(queue.takeAll(), []);
  queue.push(3);
  assert.equal(await queue.take(), 3);
});
