import { test } from "node:test";
import assert from "node:assert/strict";
import { PubSub } from "../../../lib/testing/memory/pub_sub.ts";
import { push, type Reply } from "../../../lib/testing/memory/reply.ts";

function subscriber(): { heard: Reply[]; deliver(message: Reply): void } {
  const heard: Reply[] = [];
  return { heard, deliver: (message) => heard.push(message) };
}

test("a message reaches each subscriber of its channel and of every pattern that matches", () => {
  const pubSub = new PubSub();
  const [first, second] = [subscriber(), subscriber()];
  pubSub.subscribe("news", first);
  pubSub.subscribe("news", first);
  pubSub.subscribe("news", second);
  pubSub.subscribePattern("n*", first);
  pubSub.subscribePattern("x*", second);
  assert.equal(pubSub.publish("news", "hello"), 3);
  assert.deepEqual(first.heard, [push(["message", "news", "hello"]), push(["pmessage", "n*", "news", "hello"])]);
  assert.deepEqual(second.heard, [push(["message", "news", "hello"])]);
  assert.equal(pubSub.publish("other", "x"), 0);
});

test("who unsubscribed hears nothing, and empty channels are forgotten", () => {
  const pubSub = new PubSub();
  const one = subscriber();
  pubSub.subscribe("news", one);
  pubSub.subscribePattern("n*", one);
  assert.deepEqual(pubSub.channels(), ["news"]);
  assert.equal(pubSub.subscriberCount("news"), 1);
  assert.equal(pubSub.patternCount, 1);
  pubSub.unsubscribe("news", one);
  pubSub.unsubscribe("news", one);
  pubSub.unsubscribePattern("n*", one);
  assert.equal(pubSub.publish("news", "x"), 0);
  assert.deepEqual(pubSub.channels(), []);
  assert.equal(pubSub.subscriberCount("news"), 0);
  assert.equal(pubSub.patternCount, 0);
});
