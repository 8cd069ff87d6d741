import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAborted } from "../../lib/base/until_aborted.ts";

const never = new Promise<never>(() => {});

/** A signal that counts who listens to it. */
function counted(): { signal: AbortSignal; abort: (reason: unknown) => void; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (count++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (count--, remove(...args));
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => count };
}

test("what settles in time is passed on, and nobody listens any more", async () => {
  const { signal, listeners } = counted();
  assert.equal(await untilAborted(Promise.resolve(1), signal), 1);
  const error = new Error("mine");
  await assert.rejects(untilAborted(Promise.reject(error), signal), (caught) => caught === error);
  await Promise.resolve();
  assert.equal(listeners(), 0);
});

test("the signal ends the wait with its reason, fired before or meanwhile", async () => {
  const { signal, abort } = counted();
  const reason = new Error("late");
  const waiting = untilAborted(never, signal);
  abort(reason);
  await assert.rejects(waiting, (caught) => caught === reason);
  await assert.rejects(untilAborted(never, signal), (caught) => caught === reason);
});

test("what fails after the signal fails unheard", async () => {
  const { signal, abort } = counted();
  let fail = (_: unknown) => {};
  const waiting = untilAborted(new Promise((_, reject) => fail = reject), signal);
  abort(new Error("late"));
  await assert.rejects(waiting);
  fail(new Error("too late to matter"));
  await new Promise((resolve) => setTimeout(resolve, 0));
});
