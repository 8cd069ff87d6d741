import assert from "node:assert/strict";
import { test } from "node:test";
import { FencedTarget } from "../../lib/observability/fenced_target.ts";
import { quietly } from "../support/oracles.ts";

test("functions and objects hear, in the order in which they came", () => {
  const target = new FencedTarget();
  const heard: string[] = [];
  target.addEventListener("a", ({ type }: Event) => heard.push(type));
  const listener = {
    name: "object",
    handleEvent() {
      heard.push(this.name);
    },
  };
  target.addEventListener("a", listener);
  target.dispatchEvent(new Event("a"));
  target.dispatchEvent(new Event("b"));
  assert.deepEqual(heard, ["a", "object"]);
});

test("what a listener throws or rejects with stays inside, and the next one hears", async () => {
  await quietly(async () => {
    const target = new FencedTarget();
    let calls = 0;
    target.addEventListener("a", () => {
      throw new Error("mine");
    });
    target.addEventListener("a", () => Promise.reject(new Error("mine")));
    target.addEventListener("a", () => calls++);
    target.dispatchEvent(new Event("a"));
    assert.equal(calls, 1);
    await Promise.resolve();
  });
});

test("an error that nobody listens to is no error", () => {
  new FencedTarget().dispatchEvent(new Event("error"));
});

test("the same listener counts once, and can be taken out", () => {
  const target = new FencedTarget();
  let calls = 0;
  const listener = () => calls++;
  target.addEventListener("a", listener);
  target.addEventListener("a", listener);
  target.dispatchEvent(new Event("a"));
  assert.equal(calls, 1);
  target.removeEventListener("a", listener);
  target.removeEventListener("a", () => {});
  target.dispatchEvent(new Event("a"));
  assert.equal(calls, 1);
});

test("once and a signal end it", () => {
  const target = new FencedTarget();
  let once = 0;
  let signalled = 0;
  const controller = new AbortController();
  target.addEventListener("a", () => once++, { once: true });
  target.addEventListener("a", () => signalled++, { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  target.dispatchEvent(new Event("a"));
  controller.abort();
  target.dispatchEvent(new Event("a"));
  assert.deepEqual([once, signalled], [1, 2]);
});

test("no listener is none", () => {
  const target = new FencedTarget();
  target.addEventListener("a", null);
  target.removeEventListener("a", null);
  target.dispatchEvent(new Event("a"));
});
