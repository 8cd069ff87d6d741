import assert from "node:assert/strict";
import { test } from "node:test";
import { Audience } from "../../lib/client/audience.ts";
import type { PoolObserver, RedisObserver } from "../../lib/observability/observer.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { quietly } from "../support/oracles.ts";

const target = { pool: "p", database: 0, serverAddress: "h", serverPort: 1 };

class FakePool {
  readonly observers = new Set<PoolObserver>();

  observe(observer: PoolObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }
}

function setUp(): Audience {
  return new Audience(target, new FakeClock(), undefined);
}

test("an observer hears of every pool, of those that come later, too, until he is taken out", () => {
  const audience = setUp();
  const [first, second] = [new FakePool(), new FakePool()];
  audience.attend(first);
  const observer: RedisObserver = { close: () => {}, commandEnd: () => {} };
  const end = audience.add(observer);
  audience.attend(second);
  assert.deepEqual([first.observers.has(observer), second.observers.has(observer)], [true, true]);
  assert.equal(audience.watch.hearsCommands, true);
  end();
  end();
  assert.deepEqual([first.observers.size, second.observers.size], [0, 0]);
  assert.equal(audience.watch.hearsCommands, false);
  const third = new FakePool();
  audience.attend(third);
  assert.equal(third.observers.size, 0);
});

test("pushes reach everyone, whatever one of them throws", async () => {
  await quietly(async () => {
    const audience = setUp();
    const heard: unknown[] = [];
    audience.add({
      push() {
        throw new Error("mine");
      },
    });
    audience.add({ push: () => Promise.reject(new Error("mine")) });
    const end = audience.add({ push: (push) => heard.push(push) });
    audience.listen("push", ({ detail }: { detail: { push: unknown } }) => heard.push(detail.push));
    audience.pushed(["invalidate", null]);
    assert.deepEqual(heard, [["invalidate", null], ["invalidate", null]]);
    end();
    audience.pushed(["more"]);
    assert.deepEqual(heard.slice(2), [["more"]]);
    await Promise.resolve();
  });
});

test("a listener can be taken out before anybody ever listened", () => {
  const audience = setUp();
  const listener = () => assert.fail("it was taken out");
  audience.unlisten("push", listener);
  audience.listen("push", listener);
  audience.unlisten("push", listener);
  audience.pushed(["a"]);
});
