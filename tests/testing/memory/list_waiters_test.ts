import { test } from "node:test";
import assert from "node:assert/strict";
import { type ListWaiter, ListWaiters } from "../../../lib/testing/memory/list_waiters.ts";

function waiter(log: string[], name: string, isServed: boolean, ...keys: string[]): ListWaiter {
  return {
    keys,
    serve: (key) => {
      log.push(`${name} ${key}`);
      return isServed;
    },
  };
}

test("waiters are served in the order they came, and each once", () => {
  const log: string[] = [];
  const waiters = new ListWaiters();
  waiters.add(waiter(log, "first", true, "a", "b"));
  waiters.add(waiter(log, "second", false, "a"));
  waiters.signal("b");
  waiters.signal("a");
  waiters.signal("nobody");
  assert.equal(waiters.hasReady, true);
  waiters.serve();
  assert.equal(waiters.hasReady, false);
  assert.deepEqual(log, ["first b", "second a"]);
  waiters.signal("a");
  waiters.serve();
  assert.deepEqual(log, ["first b", "second a", "second a"]);
});

test("one who was removed is not served", () => {
  const log: string[] = [];
  const waiters = new ListWaiters();
  const gone = waiter(log, "gone", true, "a", "b");
  waiters.add(gone);
  waiters.remove(gone);
  waiters.remove(gone);
  waiters.signal("a");
  assert.equal(waiters.hasReady, false);
});

test("serving may make another key ready", () => {
  const waiters = new ListWaiters();
  const served: string[] = [];
  waiters.add({
    keys: ["a"],
    serve: (key) => {
      served.push(key);
      waiters.signal("b");
      return true;
    },
  });
  waiters.add({ keys: ["b"], serve: (key) => served.push(key) > 0 });
  waiters.signal("a");
  waiters.serve();
  assert.deepEqual(served, ["a", "b"]);
});
